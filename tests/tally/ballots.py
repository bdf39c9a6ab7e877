"""Ballots for tests, in short: "5 ACBED" is five that rank A first and D last; "3 A=BC" ranks A and B equally."""

from app.tally import Election, Result, tally

TENNESSEE = "42 MNCK, 26 NCKM, 15 CKNM, 17 KCNM"
SCHULZE_45 = "5 ACBED, 5 ADECB, 8 BEDAC, 3 CABED, 7 CAEBD, 2 CBADE, 7 DCEBA, 8 EBADC"


def ranked(text):
    """[[count, ranking], …] of such a text."""
    return [[int(count), ranks(word)] for count, word in (part.split() for part in text.split(","))]


def ranks(word):
    found, join = [], False
    for letter in word:
        if letter == "=":
            join = True
        elif join:
            found[-1] = [*(found[-1] if isinstance(found[-1], list) else [found[-1]]), letter]
            join = False
        else:
            found.append(letter)
    return found


def count(method, options, ballots, **more) -> Result:
    ballots = ranked(ballots) if isinstance(ballots, str) else ballots
    return tally(Election(method, list(options), ballots, **more))


def first(ballots):
    """The same ballots with their first choices alone."""
    return [[number, ranking[0]] for number, ranking in ranked(ballots)]
