"""A small shop to coordinate: five services, two environments, and an operator that runs and deploys them.

`python -m shop up --data DIR` starts it. What each version of a service does otherwise than the one before stands in
`changelog.py`; some of it is wrong, as in life.
"""
