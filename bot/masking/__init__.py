"""What differs from one request, or one run, to the next gives way to what it is.

In messages of tests (masks.py), and in lines of logs (templates.py).
"""
