"""A VAPID token taken apart: what was pasted, what it says, who signed it, and what is wrong with it in words.

Runs on: any
"""
