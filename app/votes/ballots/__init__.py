"""A vote as its voters meet it: the list, one question a page, the ballot of each method, the receipt.

`forms` reads a ballot as the count takes it, `words` says in plain words what kind of vote it is, `phones` keeps the
receipt's key on the phone that voted.
"""
