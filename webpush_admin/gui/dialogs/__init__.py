"""The dialogs: each does its verb itself, stays open where it is refused, and names the effect on its button.

Runs on: GUI thread
"""
