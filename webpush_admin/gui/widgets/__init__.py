"""Widgets that know nothing of users and subscriptions.

Runs on: GUI thread
"""
