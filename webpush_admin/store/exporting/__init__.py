"""Writes subscriptions to files that other programs read, and that our own import takes back.

Runs on: any
"""
