"""What the desk prints of long votes and of votes with names, and what typing such a ballot takes."""

from __future__ import annotations

import re

import pytest

from app.votes.by_hand import words
from app.votes.by_hand.piles import typed
from app.votes.by_hand.piles.forms import LINE
from app.votes.rules import PROJECTS
from tests import factories
from tests.by_hand import factories as made


@pytest.fixture
def office(phone, crowd):
    return phone(crowd.office)


@pytest.mark.parametrize(("lines", "sheets"), [(3, [3]), (30, [30]), (31, [16, 15]), (61, [21, 21, 19]), (200, None)])
def test_a_sheet_has_thirty_lines_at_most_and_none_is_lost(lines, sheets):
    found = words.sheets([(str(at), str(at)) for at in range(lines)])
    assert [one for sheet in found for one in sheet] == [(str(at), str(at)) for at in range(lines)]
    assert max(len(sheet) for sheet in found) <= words.MOST_LINES
    assert sheets is None or [len(sheet) for sheet in found] == sheets


def test_a_long_ballot_says_which_sheet_it_is_and_numbers_go_on(office, place, crowd, at):
    names = [f"企画{at}" for at in range(1, 42)]
    long = made.vote(place.region, crowd.office, at=at, method="equal_shares", budget_yen=100_000, options=names)
    page = office.get(f"/tsk/votes/{long.id}/paper/ballots").text
    assert page.count("ballot-sheet") == 2 and "1/2" in page and "2/2" in page
    assert "ぜんぶの 紙を いっしょに 封筒に" in page and "1人に 2枚です" in page
    numbers = re.findall(r'class="ballot-number">(\d+)<', page)
    assert numbers == [str(number) for number in range(1, 42)]


def test_a_ballot_with_every_project_marked_fits_its_line():
    """Numbers on the paper are what is typed."""
    names = [f"企画{at}" for at in range(1, PROJECTS + 1)]
    text = " ".join(str(number) for number in range(1, PROJECTS + 1))
    assert len(text) <= LINE and typed.read("equal_shares", names, text) == names


def test_a_vote_with_names_has_no_secret_ballot_to_print(office, place, crowd, at):
    named = made.vote(place.region, crowd.office, at=at, secrecy="open")
    desk = f"/tsk/votes/{named.id}/paper"
    for page in (office.get(desk).text, office.get(f"{desk}/ballots").text):
        assert "この投票は 名前が 見えます" in page and "ballot-sheet" not in page and "/ballots?part" not in page
    circular = office.get(f"{desk}/circular").text
    assert "係の人と いっしょに 投票します" in circular and "名前は 封筒に" not in circular


def test_whoever_typed_a_pile_is_not_asked_for_the_second_time(phone, place, crowd, vote, do, clock):
    do.envelope(crowd.people[0])
    do.close()
    do.begin(crowd.office, [(1, "yes")])
    seen = {}
    for who in (crowd.office, crowd.steward):
        client = phone(who)
        factories.sign_in(client, who.member_id, at=clock.at)
        seen[who.id] = client.get(f"/tsk/votes/{vote.id}/paper").text
    assert "もう1人として 打つ" not in seen[crowd.office.id] and "あなたが 打ちました" in seen[crowd.office.id]
    assert "もう1人として 打つ" in seen[crowd.steward.id]


def test_a_proxy_says_what_it_is_for_and_that_the_office_typed_it(phone, place, crowd, do, vote):
    giver, holder = crowd.people[:2]
    do.give(giver, holder, vote_id=vote.id, entered_by=crowd.office)
    page = phone(giver).get(f"/tsk/votes/{vote.id}/proxy").text
    assert "代理入力" in page and "総会の すべての投票" not in page
