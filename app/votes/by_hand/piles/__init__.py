"""Piles of paper ballots: typed by one person, typed again by another, counted once both say the same."""
