"""Serials as people type them, what a text says and leaves out, a chain of which no link can be changed."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from app import canonical
from app.certificates import rules
from app.certificates.rules import FIRST_LINK, Done, Link, Time

pytestmark = pytest.mark.rules


def done(key: str, day: int, minutes: int = 60, *, paid: bool = False, words: str = "うめさんの 庭の草とり") -> Done:
    return Done(key, f"題 {key}", "", "environment", words, Time(date(2026, 11, day), minutes, paid, True, "resident"))


def chain(number: int) -> list[Link]:
    links: list[Link] = []
    for place in range(1, number + 1):
        before, text = links[-1].hash if links else FIRST_LINK, canonical.text({"n": place})
        links.append(Link(place, text, before, rules.chained(before, text)))
    return links


@pytest.mark.parametrize(
    "typed",
    ["TSK-2026-0001", "tsk20260001", " ＴＳＫ－２０２６－０００１ ", "TSK 2026 0001", "TSK–2026–OOO1", "tsk-2o26-ooo1"],
)
def test_a_serial_is_known_however_it_is_typed(typed):
    assert rules.read_serial(typed) == "TSK-2026-0001"


@pytest.mark.parametrize("typed", ["", "TSK-0001-3", "ABCD EFGH", "TSK-1926-0001", "418207", "TSK", "T-2026-0001"])
def test_what_is_no_serial_is_none(typed):
    assert rules.read_serial(typed) is None


def test_serials_of_all_regions_come_back_as_they_were_made():
    for code, number in product(("TSK", "OWS", "SJR", "OIL"), (1, 42, 9999, 10_000, 123_456)):
        made = rules.serial(code, 2026, number)
        assert rules.read_serial(made) == rules.read_serial(made.replace("-", "").lower()) == made


def test_what_was_done_is_grouped_with_every_time_and_no_words():
    found = rules.activities([done("b", 9), done("a", 8), done("b", 3, 90, paid=True)], words=False)
    assert [(one["title"], [time["day"] for time in one["times"]]) for one in found] == [
        ("題 b", ["2026-11-03", "2026-11-09"]),
        ("題 a", ["2026-11-08"]),
    ]
    assert "うめさん" not in canonical.text({"a": found}) and "words" not in found[0]
    assert found[0]["times"][0] == {
        "day": "2026-11-03", "minutes": 90, "paid": True, "place": "remote", "confirmed_by": "resident",
    }  # fmt: skip


def test_own_words_are_said_once_each_and_only_if_wanted():
    again = [done("a", day, words=words) for day, words in enumerate(("英訳", "英訳", "", "絵"), start=1)]
    assert rules.activities(again, words=True)[0]["words"] == ["英訳", "絵"]
    many = [done("a", 1, words=f"しごと {n}") for n in range(40)]
    assert len(rules.activities(many, words=True)[0]["words"]) == rules.WORDS


def test_unpaid_and_paid_minutes_stand_apart():
    three = [done("a", 1, 45), done("a", 2, 30), done("b", 3, 90, paid=True)]
    assert rules.minutes(three) == {"unpaid": 75, "paid": 90}


@pytest.mark.parametrize(
    ("confirmed_as", "kind", "role"),
    [
        ("steward", "resident", "steward"), ("office", "friend", "office"), ("host", "friend", "host"),
        ("named", "resident", "resident"), ("together", "resident", "resident"), ("named", "friend", "member"),
        ("together", "company", "member"), ("", None, "member"),
    ],
)  # fmt: skip
def test_a_role_is_told_and_never_a_person(confirmed_as, kind, role):
    assert rules.confirmed_by(confirmed_as, kind) == role


# --- the chain ----------------------------------------------------------------------------------------------


def test_a_chain_holds_and_an_empty_one_too():
    assert rules.broken_at([]) is None and rules.broken_at(chain(5)) is None


def test_no_link_is_changed_left_out_put_in_or_moved():
    whole = chain(5)
    assert rules.broken_at(whole[1:]) == 1
    assert rules.broken_at([*whole[:2], *whole[3:]]) == 3
    assert rules.broken_at([*whole[:2], whole[3], whole[2], *whole[4:]]) == 3
    for place, (name, value) in product(range(5), {"text": "{}", "hash": "0" * 64, "prev_hash": "f" * 64}.items()):
        changed = [link._replace(**{name: value}) if link.place == place + 1 else link for link in whole]
        assert rules.broken_at(changed) == place + 1, (place, name)
    text = canonical.text({"n": "another"})
    forged = whole[2]._replace(text=text, hash=rules.chained(whole[2].prev_hash, text))
    assert rules.is_sound(forged) and rules.broken_at([*whole[:2], forged, *whole[3:]]) == 4


def test_one_text_for_the_same_facts():
    assert canonical.text({"b": "月", "a": [1]}) == canonical.text({"a": [1], "b": "月"}) == '{"a":[1],"b":"月"}'


def test_the_hash_is_what_the_recipe_says():
    import hashlib

    assert rules.chained("a" * 64, "月") == hashlib.sha256(("a" * 64).encode() + b"\n" + "月".encode()).hexdigest()


# --- who sees it --------------------------------------------------------------------------------------------


def test_private_is_for_whose_it_is_and_the_office():
    for owner, office in product((True, False), repeat=2):
        assert rules.may_read("public", is_owner=owner, is_office=office)
        assert rules.may_read("link", is_owner=owner, is_office=office)
        assert rules.may_read("private", is_owner=owner, is_office=office) is (owner or office)
        assert rules.may_check("private", revoked=True, is_owner=owner, is_office=office)
        assert rules.may_check("private", revoked=False, is_owner=owner, is_office=office) is (owner or office)


# --- the sheet ----------------------------------------------------------------------------------------------


def test_the_sheet_has_a_line_for_the_longest_and_one_for_the_rest():
    groups = rules.activities([done(f"{n}", n, 15 * n) for n in range(1, 12)], words=False)
    shown = rules.lines(groups)
    own, rest = rules.on_paper(shown)
    assert len(own) == rules.ROWS - 1 and own == shown[7:] and rest == shown[:7]
    assert sum(one.unpaid for one in own + rest) == 15 * 66
    assert rules.on_paper(shown[: rules.ROWS]) == (shown[: rules.ROWS], [])
