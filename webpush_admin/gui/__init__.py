"""The window: Qt widgets on the GUI thread, with the backend behind the bridge.

Runs on: GUI thread
"""
