"""The history of what was sent: intents before, answers after, lists of them, and how long they are kept.

Runs on: any
"""
