"""The answers of real push services in their own words, one file per service.

Runs on: any
"""
