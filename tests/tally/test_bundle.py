"""A published vote: what stands in it, and that everything changed is found."""

import copy
import json

import pytest

from app.tally import BadElection, Election, bundle, tally
from app.tally.__main__ import main

pytestmark = pytest.mark.rules
RULE = {"quorum": {"kind": "approval", "share": "40%", "roll": 20}, "threshold": "1/2"}
BALLOTS = [(1, "yes")] * 9 + [(1, "no")] * 4 + [(1, "abstain")]
VOTE = {"title": "A bench at the bridge", "region": "tsk", "id": "ABCD1234", "stage": "decide"}
ROLL = {"size": 20, "residents": 15, "friends": 5, "sha256": "0" * 64}
USED = {"phone": 10, "paper": 3, "proxy": 1}
FOOD = Election(
    "stv",
    list("OPCSW"),
    [(4, ["O"]), (2, ["P", "O"]), (8, ["C", "S"]), (4, ["C", "W"]), (1, ["S"]), (1, ["W"])],
    seats=3,
)


def made(election=None, used=None, **more):
    election = election or Election("yes_no", [], BALLOTS, rule=RULE)
    return bundle.make(vote=VOTE, elections={"all": election}, roll=ROLL, used=used or USED, **more)


def published(found):
    """As it is read again from what was printed."""
    return json.loads(json.dumps(found))


def wrong(found):
    verification = bundle.verify(published(found))
    assert verification.ok is not any(not line.ok for line in verification.lines)
    return [line.text for line in verification.lines if not line.ok]


def signed_again(found):
    body = {key: value for key, value in found.items() if key != "sha256"}
    return body | {"sha256": bundle.fingerprint(body)}


def test_a_published_vote_is_right():
    found = made()
    assert found["format"] == "yui-vote-1" and found["counts"]["all"]["ballots"] == [
        [1, "abstain"],
        [4, "no"],
        [9, "yes"],
    ]
    assert wrong(found) == []
    lines = [line.text for line in bundle.verify(published(found)).lines]
    assert any("ballots 14 = lines used 14 (phone 10 + paper 3 + proxy 1)" in line for line in lines)
    assert any("lines used 14 ≤ people on the roll 20" in line for line in lines)
    assert lines[-1] == "The record is right."


def test_ballots_stand_in_an_order_that_says_nothing_about_people():
    other = Election("yes_no", [], BALLOTS[::-1], rule=RULE)
    assert made(other) == made()


def test_rounds_with_fractions_are_counted_again():
    thirds = Election("stv", list("ABC"), [(5, ["A", "B"]), (2, ["A", "C"]), (7, ["B"])], seats=2)
    for election, ballots in ((FOOD, 20), (thirds, 14)):
        assert wrong(made(election, used={"phone": ballots})) == []


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (("counts", "all", "ballots", 1, 0), 5, "ballots 15"),
        (("counts", "all", "ballots", 1, 1), "maybe", "cannot be counted"),
        (("counts", "all", "result", "winners"), [], "winners"),
        (("counts", "all", "result", "rounds"), [], "rounds"),
        (("counts", "all", "result", "passed"), False, "passed"),
        (("counts", "all", "result", "ties"), [{}], "ties"),
        (("counts", "all", "result", "totals", "yes"), 8, "whole result"),
        (("counts", "all", "rule", "threshold"), "2/3", "whole result"),
        (("counts", "all", "result"), None, "winners"),
        (("counts", "all"), {}, "cannot be read"),
        (("roll", "size"), 13, "people on the roll"),
        (("used", "phone"), 11, "lines used 15"),
        (("used", "phone"), -1, "cannot be read"),
        (("used",), None, "cannot be read"),
        (("vote", "title"), "Two benches", None),
    ],
)
def test_every_change_is_found(where, value, said):
    found = copy.deepcopy(made())
    place = found
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = value
    assert any("the content was changed" in line for line in wrong(found))
    again = wrong(signed_again(found))
    assert again == [] if said is None else any(said in line for line in again)


def test_ballots_in_the_order_they_came_are_found():
    found = made()
    found["counts"]["all"]["ballots"].reverse()
    assert any("an order that says nothing" in line for line in wrong(signed_again(found)))


def test_groups_are_published_from_ten_ballots():
    big = Election("yes_no", [], [(8, "yes"), (2, "no")], rule={})
    small = Election("yes_no", [], [(8, "yes"), (1, "no")], rule={})
    used = {"phone": 20}
    found = bundle.make(vote=VOTE, elections={"residents": big, "friends": big}, roll=ROLL, used=used)
    assert wrong(found) == [] and set(found["counts"]) == {"residents", "friends"}
    with pytest.raises(BadElection):
        bundle.make(vote=VOTE, elections={"residents": big, "friends": small}, roll=ROLL, used=used)
    found["counts"]["friends"] = made(small)["counts"]["all"]
    assert any(
        "friends: 9 ballots in this group" in line for line in wrong(signed_again(found | {"used": {"phone": 19}}))
    )


def test_the_command_says_line_by_line_what_it_checked(tmp_path, capsysbinary):
    (tmp_path / "right.json").write_bytes(bundle.canonical(made()))
    assert main(["verify", str(tmp_path / "right.json")]) == 0
    said = capsysbinary.readouterr().out.decode().splitlines()
    assert all(line.startswith("ok ") for line in said[:-1]) and said[-1] == "The record is right."
    (tmp_path / "wrong.json").write_bytes(bundle.canonical(made() | {"used": {"phone": 1}}))
    assert main(["verify", "--json", str(tmp_path / "wrong.json")]) == 1
    assert json.loads(capsysbinary.readouterr().out)["lines"][-1].startswith("The record is NOT right: 2 of")
    for other in ("{}", "5", '{"format": "yui-vote-1"}', "nothing"):
        (tmp_path / "other.json").write_text(other)
        assert main(["verify", str(tmp_path / "other.json")]) == 2


def test_the_app_may_hand_over_what_it_counted():
    election = Election("yes_no", [], BALLOTS, rule=RULE)
    more = {"outcome": "passed"}
    found = made(results={"all": tally(election)}, more=more)
    assert found["outcome"] == "passed" and wrong(found) == []


def places(data, path=()):
    """Every path in nested data."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def test_whatever_stands_in_it_never_ends_in_a_traceback():
    right = published(made(FOOD, used={"phone": 20}))
    for path in places(right):
        for junk in (None, -1, "x", [], {}, True, [[]], {"kind": []}):
            found = copy.deepcopy(right)
            place = found
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = junk
            try:
                assert bundle.verify(signed_again(found)).lines
            except BadElection as fault:
                assert str(fault).endswith(".")
