"""The performance figures: one script per figure, each run as `python -m benchmarks.<name>`, JSON on standard output.

Runs on: any
"""
