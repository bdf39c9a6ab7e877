"""By the host: the list that fills, cards before a camera, twenty paper names, who is still out, and the end.

`desk` is the host's hand: it lets in past a full house and, for a week, after the end; the others are its doors, which
share the blueprint of `hosting`. It belongs to the room around it.
"""
