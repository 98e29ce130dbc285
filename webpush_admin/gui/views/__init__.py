"""The views of the window; they never import each other.

Runs on: GUI thread
"""
