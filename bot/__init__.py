"""Signalbox: the Slack bot that coordinates a shared integration environment."""
