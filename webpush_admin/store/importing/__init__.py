"""Reads subscriptions from files of other programs, and from our own exports, in one transaction.

Runs on: any
"""
