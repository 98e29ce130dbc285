"""Every verb that the window and the command line may ask: the composition root, one file of verbs per noun.

Runs on: worker loop
"""
