"""The pages of a proposal that everybody sees: versions, what a vote made of it, rest, report, board and sheet."""

import re
from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction, uuid7
from app.members import service as members
from app.projects.models import Project
from app.proposals import queries, service
from app.proposals.models import ProposalVersion
from tests import factories
from tests.projects import factories as projects
from tests.proposals import factories as made
from tests.proposals.test_views import BOARD, whole


def story(page):
    """How the steps of a project's story line stand, in their order."""
    line = page.partition('class="story-line"')[2].partition("</ol>")[0]
    return [re.search(r"story-(\w+)", one)[1] for one in line.split("<li")[1:]]


def steward(place, phone, at):
    who = factories.membership(place.region, at=at)
    today = clock.local_day(place.region, at)
    with transaction():
        members.give_duty(membership=who, role="steward", starts_on=today, ends_on=today + timedelta(days=365))
    return phone(who)


# --- versions -------------------------------------------------------------------------------------------------


def test_a_change_needs_a_reason_and_its_page_shows_what_went_and_what_came(client, app, proposal):
    here = f"{BOARD}/{proposal.id}"
    assert "なおした ところは まだ ありません" in client.get(here).text
    refused = client.post(f"{here}/edit", data=whole(base="1"))
    assert refused.status_code == 422 and 'id="field-why-problem"' in refused.text and "木を けずって" in refused.text
    answer = client.post(f"{here}/edit", data=whole(base="1", title="古い橋に いすを おく", why="いすに した"))
    page = app.test_client().get(answer.location).text
    assert "1回 なおしました" in page and "古い橋に いすを おく" in page
    listed = app.test_client().get(f"{here}/versions").text
    assert "いすに した" in listed and "版 2" in listed
    change = app.test_client().get(f"{here}/versions/2").text
    gone, new = re.findall(r"<del[^>]*>.*?ベンチ.*?</del>", change), re.findall(r"<ins[^>]*>.*?いす.*?</ins>", change)
    assert gone and "けした：" in gone[0] and new and "ふえた：" in new[0]
    assert app.test_client().get(f"{here}/versions/1").status_code == 200
    assert app.test_client().get(f"{here}/versions/3").status_code == 404


def test_the_same_change_twice_is_one_version(client, proposal):
    here = f"{BOARD}/{proposal.id}/edit"
    for _ in range(3):
        assert client.post(here, data=whole(base="1", why="書いた")).status_code == 303
    assert db.session.query(ProposalVersion).count() == 2


def test_any_two_versions_are_laid_side_by_side(place, author, client, proposal, at):
    for number, purpose in enumerate(("朝に 休む", "昼に 休む", "夜に 休む"), 2):
        made.change(place.region, proposal, author, at=at, why=f"{number}", purpose=purpose, cost_yen=number)
    here = f"{BOARD}/{proposal.id}/changes"
    page = client.get(f"{here}?from=4&to=2").text
    assert "版 2 から 版 4 へ" in page and "朝" in page and "夜" in page and "2円" in page and "4円" in page
    assert "かわったところは ありません" in client.get(f"{here}?from=2&to=2").text
    assert client.get(f"{here}?from=1").location.endswith("/versions")
    assert client.get(f"{here}?from=1&to=9").status_code == 404


def test_two_authors_never_write_over_each_other(place, author, client, proposal, at):
    made.change(place.region, proposal, author, at=at, purpose="あたらしい")
    late = client.post(f"{BOARD}/{proposal.id}/edit", data=whole(base="1", why="おそい", purpose="ふるい"))
    assert late.status_code == 422 and "ほかの人が 先に なおしました" in late.text and "ふるい" in late.text
    assert f'href="{BOARD}/{proposal.id}/versions/2"' in late.text
    base = re.search(r'name="base" value="(\d+)"', late.text)[1]
    assert (
        client.post(f"{BOARD}/{proposal.id}/edit", data=whole(base=base, why="見た", purpose="ふるい")).status_code
        == 303
    )


def test_from_a_vote_on_the_form_says_that_the_texts_stand(place, client, talking, at):
    made.vote(place.region, talking, at=at, decided=False)
    here = f"{BOARD}/{talking.id}"
    assert "なおせません" in client.get(f"{here}/edit").text and "<textarea" not in client.get(f"{here}/edit").text
    late = client.post(f"{here}/edit", data=whole(base="1", why="おそい", title="ちがう"))
    assert late.status_code == 422 and "ちがう" not in client.get(here).text
    assert f'href="{here}/edit"' not in client.get(here).text


# --- after a vote ---------------------------------------------------------------------------------------------


def test_what_passed_becomes_a_project_whose_story_line_leads_back(place, client, app, talking, at):
    here = f"{BOARD}/{talking.id}"
    assert "プロジェクトを はじめる" not in client.get(here).text
    made.vote(place.region, talking, at=at)
    assert "に 決まりました" in client.get(here).text and "プロジェクトを はじめる" in client.get(here).text
    answers = {client.post(f"{here}/project", data={"key": uuid7()}).location for _ in range(2)}
    page = app.test_client().get(answers.pop()).text
    assert not answers and db.session.query(Project).count() == 1
    assert story(page) == ["done", "done", "done", "now", "ahead"]
    assert "もとの提案" in page and f'href="{here}"' in page
    assert "プロジェクト：" in client.get(here).text


def test_a_project_that_asks_by_a_proposal_shows_how_far_it_is(place, author, client, people, at):
    project = projects.project(place.region, author, at=at)

    def states():
        return story(client.get(f"/tsk/projects/{project.id}").text)[1:3]

    assert states() == ["none", "none"]
    proposal = made.talking(place.region, author, people[:3], at=at, project_id=project.id)
    assert states() == ["now", "ahead"]
    made.vote(place.region, proposal, at=at, decided=False)
    assert states() == ["done", "now"]


def test_the_report_is_read_by_all_and_told_to_supporters(place, client, talking, people, phone, at):
    made.vote(place.region, talking, at=at)
    here, member = f"{BOARD}/{talking.id}", phone(people[0])
    assert member.get(f"{here}/report").status_code == 403
    empty = client.post(f"{here}/report", data={"report": "", "next": "春に"})
    assert empty.status_code == 422 and "春に" in empty.text
    assert client.post(f"{here}/report", data={"report": "2つ できた", "next": "春に 3つ目"}).status_code == 303
    assert "その後" in member.get("/tsk").text
    page = member.get(here).text
    assert "2つ できた" in page and "春に 3つ目" in page and f"{here}/seen" in page
    member.post(f"{here}/seen", data={"key": uuid7()})
    assert f"{here}/seen" not in member.get(here).text and "その後" not in member.get("/tsk").text


def test_a_failed_vote_is_said_on_the_page(place, client, talking, at):
    made.vote(place.region, talking, at=at, passed=False)
    page = client.get(f"{BOARD}/{talking.id}").text
    assert "投票では 決まりませんでした" in page and "なおす" in page


def test_rest_has_a_reason_and_a_way_back(place, client, app, proposal, una, phone, at):
    here = f"{BOARD}/{proposal.id}"
    assert phone(una).post(f"{here}/rest", data={"why": "x"}).status_code == 403
    empty = client.post(f"{here}/rest", data={"why": " "})
    assert empty.status_code == 422 and 'id="field-why-problem"' in empty.text
    client.post(f"{here}/rest", data={"why": "冬は 人が いない"})
    page = app.test_client().get(here).text
    assert "やすんでいます" in page and "冬は 人が いない" in page and "応援する" not in page
    assert made.TITLE not in app.test_client().get(BOARD).text
    assert made.TITLE in app.test_client().get(f"{BOARD}?show=rested").text
    helper = steward(place, phone, at)
    assert helper.post(f"{here}/waking", data={"key": uuid7()}).status_code == 303
    assert "応援する" in phone(una).get(here).text


# --- board, sheet, readers ------------------------------------------------------------------------------------


def test_the_board_filters_and_turns_its_pages(place, author, client, app, talking, at, monkeypatch):
    other = made.proposal(place.region, author, at=at, title="朝市")
    visitor = app.test_client()
    everything, talked = visitor.get(BOARD).text, visitor.get(f"{BOARD}?show=talk").text
    assert "朝市" in everything and made.TITLE in everything and "応援 3人" in everything
    assert "朝市" not in talked and made.TITLE in talked
    assert "ほかのものを 見てください" in visitor.get(f"{BOARD}?show=reported").text
    monkeypatch.setattr(queries, "PAGE", 1)
    first = visitor.get(BOARD).text
    assert "朝市" in first and made.TITLE not in first
    after = re.search(rf'href="{BOARD}\?after=(\d+)"', first)[1]
    assert after == str(other.id) and made.TITLE in visitor.get(f"{BOARD}?after={after}").text


def test_empty_boards_say_what_to_do(place, author, client, app):
    assert "あなたの「やってみたい」を どうぞ" in client.get(BOARD).text
    assert "行事を 見る" in app.test_client().get(BOARD).text


def test_supports_turn_their_pages(place, talking, client, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    here = f"{BOARD}/{talking.id}/supports"
    first = client.get(here).text
    after = re.search(rf'href="{here}\?after=(\d+)"', first)[1]
    rest = client.get(f"{here}?after={after}").text
    names = [re.findall(r"見本 \d+郎", page) for page in (first, rest)]
    assert [len(one) for one in names] == [2, 1] and len({*names[0], *names[1]}) == 3


def test_the_sheet_has_everything_on_it_and_a_slip_with_the_code(client, talking):
    page = client.get(f"{BOARD}/{talking.id}/sheet").text
    for text in (made.TITLE, *(str(one) for one in made.WHOLE.values() if isinstance(one, str) and one != "members")):
        assert text in page
    assert "12,000円" in page and f"{talking.code[:4]} {talking.code[4:]}" in page and '<svg class="qr"' in page
    assert "心配なこと" in page and "お名前" in page


def test_who_decides_and_what_a_vote_does_stand_on_every_page(place, author, client, at):
    for decider, effect in (("members", "きく"), ("city", "きく")):
        proposal = made.proposal(place.region, author, at=at, decider=decider)
        page = client.get(f"{BOARD}/{proposal.id}").text
        assert f"「{effect}」" in page and ("市や町" if decider == "city" else "会員みんな") in page
    with transaction():
        place.region.stage = 3
    assert "「きめる」" in client.get(f"{BOARD}/{proposal.id - 1}").text


def test_every_card_of_the_board_says_who_decides_and_what_a_vote_does(place, author, client, app, at):
    for stage, ours in ((1, "きく"), (2, "えらぶ"), (3, "きめる")):
        with transaction():
            place.region.stage = stage
        shown = {made.proposal(place.region, author, at=at, decider=one).id: one for one in ("members", "city")}
        board = app.test_client().get(BOARD).text
        for proposal_id, decider in shown.items():
            card = board.partition(f'id="proposals-card-{proposal_id}"')[2].partition("</a>")[0]
            assert ("市や町" if decider == "city" else "会員みんな") in card
            assert f"みんなの投票は </span>{'きく' if decider == 'city' else ours}</span>" in card


@pytest.mark.parametrize("path", ["", "/supports", "/versions", "/versions/1", "/sheet"])
def test_an_officer_reads_and_changes_nothing(place, proposal, phone, una, at, path):
    today = clock.local_day(place.region, at)
    with transaction():
        members.give_duty(membership=una, role="officer", starts_on=today, ends_on=today + timedelta(days=365))
    officer, here = phone(una), f"{BOARD}/{proposal.id}"
    page = officer.get(here + path)
    assert page.status_code == 200 and "応援する" not in page.text and "/edit" not in page.text
    for act in ("supports", "supports/withdrawal", "edit", "rest", "report", "seen", "publication", "project"):
        assert officer.post(f"{here}/{act}", data={"key": uuid7()}).status_code == 403


def test_a_proposal_of_another_region_is_not_there(client, proposal, at):
    factories.world("ows", at=at)
    for path in ("", "/supports", "/versions", "/sheet"):
        assert client.get(f"/ows/proposals/{proposal.id}{path}").status_code == 404


def test_what_people_wrote_is_text_and_no_markup(place, author, client, una, at):
    bad = "<img src=x onerror=alert(1)>"
    proposal = made.proposal(place.region, author, at=at, title=bad, **dict.fromkeys(("purpose", "own_part"), bad))
    made.support(place.region, proposal, una, at=at, why=bad)
    made.change(place.region, proposal, author, at=at, why=bad, own_part=bad + "x")
    with transaction():
        service.rest(region=place.region, proposal_id=proposal.id, by=author, roles=(), why=bad, at=at)
    for path in ("", "/supports", "/versions", "/versions/2", "/sheet"):
        assert bad not in client.get(f"{BOARD}/{proposal.id}{path}").text
