"""A push service of our own on loopback, in a child process, that judges every request by the RFCs.

Runs on: any
"""
