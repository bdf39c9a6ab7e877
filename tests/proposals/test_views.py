import re

import pytest

from app.db import db, transaction, uuid7
from app.proposals.models import Proposal
from tests import factories
from tests.proposals import factories as made

BOARD = "/tsk/proposals"


def fields(page):
    """The fields of a page's form that somebody fills in, by name."""
    form = page[page.index("<main") : page.index("</main>")]
    inputs = re.findall(r"<(?:input|textarea|select)(?![^>]*type=\"hidden\")[^>]*\bname=\"([^\"]+)\"", form)
    return list(dict.fromkeys(inputs))


def begin(client, **form):
    told = {"key": uuid7(), "title": made.TITLE, "wish": "休みたい", "field": "welfare", **form}
    return client.post(BOARD, data=told)


def whole(**changes):
    texts = {name: str(value) for name, value in made.WHOLE.items()}
    return texts | {"title": made.TITLE, "wish": "休みたい", "field": "welfare", "title_en": "", **changes}


# --- writing --------------------------------------------------------------------------------------------------


def test_a_first_idea_has_three_fields_and_only_its_author_sees_it(client, author, una, phone):
    assert fields(client.get(f"{BOARD}/new").text) == ["title", "wish", "field"]
    answer = begin(client)
    page = client.get(answer.location)
    assert answer.status_code == 303 and "下書きに しまいました" in page.text and "みんなに 見せる" in page.text
    other = phone(una)
    for path in ("", "/draft/idea", "/draft/layers", "/edit", "/versions", "/sheet", "/supports", "/authors", "/rest"):
        assert other.get(answer.location + path).status_code == 404
    assert made.TITLE not in other.get(BOARD).text and made.TITLE in client.get(BOARD).text


def test_double_tap_and_two_tabs_are_one_draft(client, author):
    key = uuid7()
    assert len({begin(client, key=key).location for _ in range(3)}) == 1
    assert db.session.query(Proposal).count() == 1


@pytest.mark.parametrize(("form", "field"), [
    ({"title": " "}, "title"),
    ({"title": "あ" * 61}, "title"),
    ({"wish": ""}, "wish"),
    ({"wish": "あ" * 401}, "wish"),
    ({"field": "money"}, "field"),
])  # fmt: skip
def test_what_is_missing_is_said_and_what_was_typed_is_still_there(client, author, form, field):
    answer = begin(client, **{"title": "おためし", **form})
    assert answer.status_code == 422 and f'id="field-{field}-problem"' in answer.text
    assert field == "title" or 'value="おためし"' in answer.text
    assert db.session.query(Proposal).count() == 0


def test_the_three_steps_keep_what_was_typed(client, draft):
    here = f"{BOARD}/{draft.id}"
    layers = {"purpose": "休む", "own_part": "けずる", "region_part": "はこぶ", "others_part": "なし"}
    answer = client.post(f"{here}/draft/layers", data=layers)
    assert answer.status_code == 303 and answer.location.endswith("/draft/deciding")
    bad = {"cost_yen": "たくさん", "decider": "members", "decider_note": "投票", "first_steps": "行く"}
    again = client.post(f"{here}/draft/deciding", data=bad)
    assert again.status_code == 422 and "投票" in again.text and 'id="field-cost_yen-problem"' in again.text
    assert client.post(f"{here}/draft/deciding", data=bad | {"cost_yen": "０"}).status_code == 303
    page = client.get(here).text
    assert "お金" in page and "かかりません" in page and "書くところは ぜんぶ そろいました" in page
    assert "けずる" in client.get(f"{here}/draft/layers").text
    stop = client.post(f"{here}/draft/layers", data=layers | {"then": "rest"})
    assert stop.location.endswith(here)


def test_showing_it_leads_from_the_draft_to_the_page(client, draft, una, phone):
    here = f"{BOARD}/{draft.id}"
    assert client.post(f"{here}/publication", data={"key": uuid7()}).status_code == 303
    assert client.post(f"{here}/publication", data={"key": uuid7()}).status_code == 303
    page = phone(una).get(here).text
    assert made.TITLE in page and "応援する" in page and "試田 みのる" in page
    assert client.get(f"{here}/draft/layers").location.endswith("/edit")
    assert phone(una).get(f"/C/{draft.code}").status_code == 200
    assert f'href="{here}"' in phone(una).get(BOARD).text


def test_a_draft_is_thrown_away_after_a_second_look(client, draft):
    assert "けした下書きは もどりません" in client.get(f"{BOARD}/{draft.id}/removal").text
    assert client.post(f"{BOARD}/{draft.id}/removal", data={"key": uuid7()}).status_code == 303
    assert db.session.query(Proposal).count() == 0


def test_co_authors_are_found_asked_and_write(client, draft, una, sora, phone):
    here, other = f"{BOARD}/{draft.id}", phone(una)
    found = client.get(f"{here}/authors?q=みほん").text
    assert "見本 うめ" in found and "空想 そら" not in found
    assert client.post(f"{here}/authors", data={"membership": una.id}).status_code == 303
    assert "見本 うめ" not in client.get(f"{here}/authors?q=みほん").text.partition("見つかった人")[2]
    assert phone(sora).get(here).status_code == 404
    assert "いっしょに 書きませんか" in other.get(here).text and "いっしょに 書きませんか" in other.get("/tsk").text
    assert other.get(f"{here}/draft/layers").status_code == 403
    assert other.post(f"{here}/authors/acceptance", data={"key": uuid7()}).status_code == 303
    assert (
        other.post(f"{here}/draft/idea", data={"title": "橋の ベンチ", "wish": "x", "field": "other"}).status_code
        == 303
    )
    assert "橋の ベンチ" in client.get(here).text
    assert other.post(f"{here}/authors/leaving", data={"key": uuid7()}).location.endswith(BOARD)
    assert other.get(here).status_code == 404


# --- what is missing ------------------------------------------------------------------------------------------


def test_the_author_sees_what_a_vote_still_waits_for_with_the_way_to_each_field(client, proposal, una, phone):
    here = f"{BOARD}/{proposal.id}"
    page = client.get(here).text
    assert "あと 8つ" in page or "あと 7つ" in page
    for name in ("purpose", "own_part", "region_part", "others_part", "cost_yen", "decider_note", "first_steps"):
        link = re.search(rf'href="({here}/edit)#(field-{name})"', page)
        assert link and f'id="{link[2]}"' in client.get(link[1]).text
    assert "投票の まえに" not in phone(una).get(here).text
    client.post(f"{here}/edit", data=whole(why="ぜんぶ 書いた", base="1"))
    assert "書くところは ぜんぶ そろいました" in client.get(here).text


# --- 応援 -----------------------------------------------------------------------------------------------------


def test_support_shows_name_and_line_to_members_and_the_line_alone_to_visitors(app, proposal, una, phone):
    here, member = f"{BOARD}/{proposal.id}", phone(una)
    answer = member.post(f"{here}/supports", data={"why": "すわりたいから"})
    page = member.get(answer.location).text
    assert "応援しました" in page and "見本 うめ" in page and "すわりたいから" in page and "あと 2人" in page
    assert member.post(f"{here}/supports", data={"why": "すわりたいから"}).status_code == 303
    assert "あと 2人" in member.get(here).text
    visitor = app.test_client()
    for path in (here, f"{here}/supports", f"{here}/sheet", f"{here}/versions"):
        assert "見本 うめ" not in (seen := visitor.get(path).text) and "試田 みのる" not in seen
    assert "すわりたいから" in visitor.get(here).text and "サインインして 応援する" in visitor.get(here).text
    assert visitor.post(f"{here}/supports", data={"why": ""}).status_code == 401
    assert member.post(f"{here}/supports/withdrawal", data={"key": uuid7()}).status_code == 303
    assert "あと 3人" in member.get(here).text


def test_the_last_one_is_told_that_the_talk_begins(proposal, people, phone):
    here = f"{BOARD}/{proposal.id}"
    for one in people[:3]:
        client = phone(one)
        last = client.get(client.post(f"{here}/supports", data={"why": ""}).location).text
    assert "話し合いが はじまります" in last and "話し合い" in last


def test_points_for_hours_are_said_in_words_and_never_in_the_vote(place, author, una, phone, at):
    with transaction():
        place.region.support_hours = 10
    proposal = made.proposal(place.region, author, at=at)
    made.hours(place.region, una, author, 600, at=at)
    here, member = f"{BOARD}/{proposal.id}", phone(una)
    member.post(f"{here}/supports", data={"why": ""})
    page = member.get(here).text
    assert "応援 2点" in page and "あなたの応援は 2点です" in page
    assert "10時間" in page and "投票は いつも 1人1票です" in page


def test_an_author_and_who_has_no_number_do_not_support(client, place, proposal, phone, at):
    here = f"{BOARD}/{proposal.id}"
    assert "応援する</button>" not in client.get(here).text
    own = client.post(f"{here}/supports", data={"why": ""})
    assert own.status_code == 422 and "自分の提案は 応援できません" in own.text
    newcomer = phone(factories.membership(place.region, at=at, standing="provisional", kind="friend", name=""))
    assert newcomer.get(here).status_code == 200 and newcomer.post(f"{here}/supports").status_code == 403
    assert newcomer.get(f"{BOARD}/new").status_code == 403
