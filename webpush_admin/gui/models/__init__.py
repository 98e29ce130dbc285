"""Table models and the columns that they show.

Runs on: GUI thread
"""
