"""A desktop application and a library for operators of Web Push subscriptions.

Runs on: any
"""

__version__ = "0.1.0"
