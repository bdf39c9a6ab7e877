"""Drafting a vote in plain words, looking at all of it once more, and opening it."""
