"""What is given away: the bundle that verifies by itself, Pabulib, the table; nothing of it names anybody."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys

import pytest

from app.config import ROOT
from app.tally import tally
from app.votes.showing.publishing import election_of
from tests.votes import boxes

COSTS = {"ベンチ": 180, "屋根": 120, "花;はち": 30}


@pytest.fixture
def published(region, people, at, clock):
    def make(method="yes_no", choices=("yes", "no", "yes"), options=None, **fields):
        vote = boxes.opened(region, people[-1], at=at, method=method, options=options, **fields)
        boxes.cast_all(region, vote, people, list(choices), at=at)
        clock.set(boxes.over(vote))
        boxes.settle(vote, clock.now())
        return vote

    return make


def get(client, vote, name):
    answer = client.get(f"/tsk/votes/{vote.id}/{name}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer


def test_the_bundle_verifies_with_the_standard_library_alone(published, client, tmp_path):
    vote = published("schulze", (["ひのき", "すぎ"], ["すぎ"], ["くり", "ひのき"]), boxes.OPTIONS)
    file = tmp_path / "vote.json"
    file.write_bytes(get(client, vote, "bundle.json").data)
    alone = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-S", "-m", "app.tally", "verify", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, env=alone, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    bundle = json.loads(file.read_text())
    bundle["counts"]["all"]["ballots"][0][0] += 1
    file.write_text(json.dumps(bundle))
    assert subprocess.run(command, capture_output=True, env=alone, cwd=tmp_path).returncode != 0


def test_nothing_that_is_published_names_a_member_or_a_key(published, client, people):
    vote = published()
    texts = [get(client, vote, name).data.decode() for name in ("bundle.json", "table.csv")]
    for one in people:
        for text in texts:
            assert one.number not in text
            assert one.name not in text
    assert "key" not in json.loads(texts[0])["counts"]["all"]


def test_a_budget_vote_in_the_format_of_pabulib(published, client):
    vote = published("equal_shares", (["ベンチ", "花;はち"], ["屋根"], []), COSTS, budget_yen=200)
    lines = list(csv.reader(io.StringIO(get(client, vote, "votes.pb").data.decode()), delimiter=";"))
    sections = [lines.index([name]) for name in ("META", "PROJECTS", "VOTES")]
    meta = dict(lines[sections[0] + 2 : sections[1]])
    assert (meta["num_projects"], meta["num_votes"], meta["budget"]) == ("3", "8", "200")
    assert (meta["date_begin"], meta["date_end"], meta["unit"]) == ("28.11.2026", "13.12.2026", "月ヶ瀬")
    assert (meta["rule"], meta["currency"], meta["language"]) == ("equalshares/add1", "JPY", "ja")
    projects = lines[sections[1] + 2 : sections[2]]
    assert [row[3] for row in projects] == list(COSTS)
    votes = lines[sections[2] + 2 :]
    assert [row[0] for row in votes] == [str(number) for number in range(1, 9)]
    bundle = get(client, vote, "bundle.json").get_json()
    winners = set(tally(election_of(bundle["counts"]["all"])).winners)
    assert {row[3] for row in projects if row[4] == "1"} == winners
    english = client.get(f"/tsk/votes/{vote.id}/votes.pb", headers={"Accept-Language": "en"}).data
    assert english == get(client, vote, "votes.pb").data  # a file of record says the same to everybody


def test_other_votes_have_no_pabulib_and_no_shares(published, client):
    vote = published()
    for name in ("votes.pb", "shares"):
        assert client.get(f"/tsk/votes/{vote.id}/{name}").status_code == 404


def test_the_table_has_every_number_of_the_page(published, client):
    vote = published()
    data = get(client, vote, "table.csv").data
    assert data.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == ["だれの", "こたえ", "数", "紙", "きまった"]
    assert ["みんな", "賛成", "8", "", ""] in rows
    assert ["みんな", "投票した人", "12", "0", ""] in rows
    assert ["みんな", "名簿の人", "12", "", ""] in rows


def test_another_region_finds_none_of_it(published, client, at):
    from tests import factories

    factories.world("ows", at=at)
    vote = published()
    for name in ("", "/opening", "/result", "/rounds", "/bundle.json", "/table.csv"):
        assert client.get(f"/ows/votes/{vote.id}{name}").status_code == 404
