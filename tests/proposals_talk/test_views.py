"""The pages of the talk: who reads and does what there, what is told, and what a form says back."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.proposals.models import Opinion, OpinionAnswer, SurveyVoice
from app.web.tables import BOM
from tests import factories

INDEX = "/tsk/opinions"


def about(proposal, rest=""):
    return f"/tsk/proposals/{proposal.id}{rest}"


def page_of(row):
    return f"{INDEX}/{row.id}/answers"


def proof(page):
    """The hidden field of a page's form."""
    return page.text.split('name="proof" value="')[1].split('"')[0]


def count(model):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def said(client, proposal, **form):
    told = {"key": uuid7(), "kind": "worry", "addressee": "authors", "words": "運転する人が たりますか", **form}
    return client.post(about(proposal, "/opinions"), data=told)


def answered(client, row, words="2人 います", **form):
    page = client.get(page_of(row))
    return client.post(page_of(row), data={"key": uuid7(), "words": words, "proof": proof(page), **form})


# --- saying ---------------------------------------------------------------------------------------------------


def test_a_worry_is_said_from_the_proposals_page(enter, people, proposal):
    client = enter(people.una)
    assert "心配なこと" in client.get(about(proposal)).text
    assert 'value="worry" checked' in client.get(about(proposal, "/opinions/new?kind=worry")).text
    answer = said(client, proposal)
    page = client.get(answer.location)
    assert answer.status_code == 303 and "12月12日(土)" in page.text and "までに 返事が きます" in page.text
    shown = client.get(about(proposal)).text
    assert "返事まち · あと 14日" in shown and "運転する人が たりますか" in shown and "knot-open" in shown
    assert "見本 うめ" in shown


def test_strangers_read_it_and_are_not_told_who(client, do, proposal):
    do.answer(do.say())
    for page in (about(proposal), about(proposal, "/opinions"), INDEX):
        text = client.get(page).text
        assert "運転する人が たりますか" in text and "2人 います" in text and "提案した人の返事" in text
        assert "見本 うめ" not in text and "試田 みのる" not in text


@pytest.mark.parametrize(("form", "field"), [
    ({"kind": ""}, "kind"), ({"kind": "praise"}, "kind"), ({"addressee": "mayor"}, "addressee"),
    ({"words": " "}, "words"), ({"words": "あ" * 601}, "words"),
])  # fmt: skip
def test_what_is_missing_is_said_and_what_was_typed_is_still_there(enter, people, proposal, form, field):
    answer = said(enter(people.una), proposal, **form)
    assert answer.status_code == 422 and f'id="field-{field}-problem"' in answer.text
    assert field == "words" or "運転する人が たりますか" in answer.text
    assert field == "kind" or 'value="worry" checked' in answer.text
    assert count(Opinion) == 0


def test_double_tap_back_and_two_tabs_are_one_opinion(enter, people, proposal):
    client, key = enter(people.una), uuid7()
    places = {said(client, proposal, key=key).location for _ in range(3)} | {said(client, proposal).location}
    assert len(places) == 1 == count(Opinion)


def test_the_office_and_the_city_are_asked_without_a_proposal(enter, people, place):
    client = enter(people.sora)
    told = {"key": uuid7(), "kind": "question", "addressee": "city", "words": "道の草は いつ かりますか"}
    answer = client.post(INDEX, data=told)
    assert answer.status_code == 303 and "道の草は" in client.get(INDEX).text
    assert client.post(INDEX, data=told | {"key": uuid7(), "addressee": "authors"}).status_code == 422


def test_who_writes_is_led_to_the_office_instead(enter, people, proposal):
    page = enter(people.second).get(about(proposal, "/opinions/new")).text
    assert 'value="authors"' not in page and 'value="office"' in page


def test_when_it_is_decided_the_talk_is_over(enter, people, proposal):
    with transaction():
        proposal.stage = "doing"
    client = enter(people.una)
    assert "話し合いは おわりました" in client.get(about(proposal, "/opinions/new")).text
    answer = said(client, proposal)
    assert answer.status_code == 422 and count(Opinion) == 0


def test_a_draft_is_not_talked_about(client, enter, people, proposal):
    with transaction():
        proposal.stage, proposal.published_at = "draft", None
    for who in (client, enter(people.una), enter(people.author)):
        for rest in ("/opinions", "/opinions/new", "/survey"):
            assert who.get(about(proposal, rest)).status_code in (303, 404)
    assert said(enter(people.author), proposal).status_code == 404


def test_who_has_no_number_reads_only(place, enter, proposal, at):
    newcomer = enter(factories.membership(place.region, at=at, standing="provisional", kind="friend", name=""))
    assert newcomer.get(about(proposal, "/opinions")).status_code == 200
    assert said(newcomer, proposal).status_code == 403 == newcomer.get(f"{INDEX}/new").status_code


def test_so_many_in_an_hour_are_enough(enter, people, proposal):
    client = enter(people.una)
    told = [said(client, proposal, words=f"その{number}").status_code for number in range(31)]
    assert told[:30] == [303] * 30 and told[30] == 429


# --- answering ------------------------------------------------------------------------------------------------


def test_an_author_answers_without_a_passkey_and_a_duty_with_one(enter, people, do):
    first, second = do.say(), do.say(words="べつのこと")
    assert answered(enter(people.author, fresh=False), first).status_code == 303
    office = enter(people.office, fresh=False)
    page = office.get(page_of(second))
    assert "パスキーで ご本人か たしかめます" in page.text and "<textarea" not in page.text
    sent = office.post(
        page_of(second), data={"key": uuid7(), "words": "はい", "proof": proof(office.get(INDEX + "/new"))}
    )
    assert "/passkeys/confirm" in sent.location and count(OpinionAnswer) == 1
    assert answered(enter(people.office), second).status_code == 303
    assert "事務局の返事" in office.get(page_of(second)).text


def test_the_desk_answers_and_does_nothing_else(enter, people, do, proposal):
    """自治体・担当 answers what was said to the office or the city: not to authors, nothing of its own, no hiding."""
    to_city, to_authors, desk = do.say(to="city"), do.say(words="提案の人へ"), enter(people.officer_desk)
    assert answered(desk, to_city, "12月に かります").status_code == 303
    field = proof(enter(people.author).get(page_of(to_authors)))
    told = {
        "key": uuid7(),
        "words": "はい",
        "kind": "good",
        "addressee": "city",
        "mood": "good",
        "reason": "だめ",
        "proof": field,
    }
    elsewhere = ["/opinions", "/survey"]
    for place in [about(proposal, rest) for rest in elsewhere] + [INDEX, f"{INDEX}/{to_city.id}/removal"]:
        assert desk.post(place, data=told).status_code == 403, place
    assert desk.post(f"{INDEX}/{to_city.id}/hiding", data=told).status_code == 403
    page = desk.get(page_of(to_authors))
    assert "<textarea" not in page.text and page.status_code == 200
    assert "12月に かります" in desk.get(INDEX).text and count(OpinionAnswer) == 1


def test_an_officer_who_only_reads_answers_nothing(enter, people, do):
    row, officer = do.say(to="city"), enter(people.officer)
    assert officer.get(page_of(row)).status_code == 200
    assert officer.post(page_of(row), data={"key": uuid7(), "words": "はい"}).status_code == 403


def test_an_empty_answer_is_asked_for_again(enter, people, do):
    row = do.say()
    answer = answered(enter(people.author), row, " ")
    assert answer.status_code == 422 and 'id="field-words-problem"' in answer.text and count(OpinionAnswer) == 0


def test_an_answer_to_what_was_taken_back_meanwhile(enter, people, do):
    row, client = do.say(), enter(people.author)
    page = client.get(page_of(row))
    do.take_back(row)
    answer = client.post(page_of(row), data={"key": uuid7(), "words": "はい", "proof": proof(page)})
    assert answer.status_code == 409 and "とりけされたか" in answer.text and count(OpinionAnswer) == 0
    assert client.get(page_of(row)).status_code == 404


# --- what stands in public ------------------------------------------------------------------------------------


def test_what_is_overdue_stands_first_for_everybody(client, do, clock):
    do.say(words="おそい 返事")
    clock.move(days=13)
    do.say(words="あたらしい 意見")
    clock.set(datetime.fromisoformat("2026-12-12T14:59:00+00:00"))
    text = client.get(INDEX).text
    assert text.index("あたらしい 意見") < text.index("おそい 返事") and "返事まち · きょうまで" in text
    clock.set(datetime.fromisoformat("2026-12-12T15:01:00+00:00"))
    text = client.get(INDEX).text
    assert text.index("おそい 返事") < text.index("あたらしい 意見") and "返事が 1日 おくれています" in text
    assert "おそい 返事" in client.get(f"{INDEX}?show=late").text
    assert "あたらしい 意見" not in client.get(f"{INDEX}?show=late").text


@pytest.mark.parametrize(("show", "words"), [
    ("waiting", {"待つ"}), ("answered", {"答え"}), ("office", {"事務"}), ("city", {"答え"}), ("late", set()),
    ("", {"待つ", "答え", "事務", "よい"}),
])  # fmt: skip
def test_filters_choose(client, do, people, show, words):
    do.say(words="待つ")
    do.say(kind="good", words="よい")
    do.say(kind="good", to="office", words="事務")
    do.answer(do.say(to="city", words="答え"), people.office, "かえし", roles=("office",))
    text = client.get(f"{INDEX}?show={show}").text
    assert {one for one in ("待つ", "答え", "事務", "よい") if f">{one}<" in text} == words


def test_fifty_a_page(client, do, clock):
    for number in range(52):
        do.say(kind="good", words=f"よい {number:02}")
    first = client.get(INDEX).text
    assert first.count('id="proposals-opinion-') == 50 and "よい 01" not in first
    more = first.split('href="/tsk/opinions?after=')[1].split('"')[0]
    assert client.get(f"{INDEX}?after={more}").text.count('id="proposals-opinion-') == 2
    year = client.get(f"{INDEX}/2026").text
    more = year.split('href="/tsk/opinions/2026?after=')[1].split('"')[0]
    assert year.count('id="proposals-opinion-') == 50
    assert client.get(f"{INDEX}/2026?after={more}").text.count('id="proposals-opinion-') == 2


# --- taking back, hiding --------------------------------------------------------------------------------------


def test_ones_own_is_taken_back_in_two_taps(enter, people, do, proposal):
    row, una = do.say(), enter(people.una)
    assert "この意見を とりけす" in una.get(page_of(row)).text
    assert "この意見を とりけす" not in enter(people.sora).get(page_of(row)).text
    for _tap in range(2):
        answer = una.post(f"{INDEX}/{row.id}/removal", data={"key": uuid7()})
        assert answer.status_code == 303
    assert "とりけしました" in una.get(answer.location).text
    assert una.get(page_of(row)).status_code == 404
    other = do.say()
    assert enter(people.sora).post(f"{INDEX}/{other.id}/removal", data={"key": uuid7()}).status_code == 404
    do.answer(other)
    late = una.post(f"{INDEX}/{other.id}/removal", data={"key": uuid7()})
    assert late.status_code == 409 and "もう 返事が あるので" in late.text


def test_hiding_wants_a_fresh_passkey_and_a_reason(enter, people, do, client):
    row, steward = do.say(words="ひどい ことば"), enter(people.steward)
    field = proof(steward.get(page_of(row)))
    stale = enter(people.office, fresh=False)
    assert (
        "/passkeys/confirm" in stale.post(f"{INDEX}/{row.id}/hiding", data={"reason": "だめ", "proof": field}).location
    )
    empty = steward.post(f"{INDEX}/{row.id}/hiding", data={"reason": "", "proof": field})
    assert empty.status_code == 422 and 'id="field-reason-problem"' in empty.text
    told = {"reason": "人を 悪く 言っています", "proof": field}
    assert steward.post(f"{INDEX}/{row.id}/hiding", data=told).status_code == 303
    for page in (INDEX, page_of(row), f"{INDEX}/2026", f"{INDEX}/2026/sheet"):
        text = client.get(page).text
        assert "かくしました: " in text and "人を 悪く 言っています" in text and "ひどい ことば" not in text, page
    assert "ひどい ことば" not in client.get(f"{INDEX}/2026.csv").get_data(as_text=True)


def test_a_member_hides_nothing(enter, people, do):
    row, client = do.say(), enter(people.sora)
    assert "かくす" not in client.get(page_of(row)).text
    assert client.post(f"{INDEX}/{row.id}/hiding", data={"reason": "いや"}).status_code == 403


# --- the year -------------------------------------------------------------------------------------------------


def a_year(do, people, clock):
    """Two in time, one late, one waiting, one overdue, one good, one hidden, one taken back."""
    rows = [do.say(words=f"その{number}", to="office") for number in range(6)]
    for row in rows[:2]:
        do.answer(row, people.office, "=1+1 です", roles=("office",))
    do.hide(rows[4])
    do.take_back(rows[5])
    do.say(kind="good", words="＝SUM(A1) いいですね")
    clock.move(days=20)
    do.answer(rows[2], people.office, "おそくなりました", roles=("office",))
    do.say(words="あたらしい")


def test_the_years_sums_are_those_of_its_list(client, do, people, clock):
    a_year(do, people, clock)
    page = client.get(f"{INDEX}/2026").text
    foot = page.split("<tfoot>")[1].split("</tfoot>")[0]
    assert [int(one.split("<")[0]) for one in foot.split('class="n">')[1:]] == [5, 2, 1, 2]
    for told in ("「まだ」のうち 1件は おくれています", "よいところ（返事は いりません）: 1件", "かくしたもの: 1件"):
        assert told in page and told in client.get(f"{INDEX}/2026/sheet").text
    assert client.get(f"{INDEX}/2025").status_code == 404 == client.get(f"{INDEX}/2027").status_code


def test_the_file_opens_in_a_spreadsheet_and_computes_nothing(client, do, people, clock):
    a_year(do, people, clock)
    answer = client.get(f"{INDEX}/2026.csv")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv" and text.startswith(BOM) and "\r\n" in text
    head, *rows = csv.reader(io.StringIO(text.removeprefix(BOM)))
    assert head[:3] == ["年度", "番号", "言った日"] and len(rows) == 7 and {len(row) for row in rows} == {len(head)}
    first = dict(zip(head, rows[0], strict=True))
    assert (first["言った日"], first["返事の期限"], first["返事した日"]) == ("2026-11-28", "2026-12-12", "2026-11-28")
    assert not any(cell.lstrip().startswith(("=", "＝", "+", "@")) for row in rows for cell in row)
    assert "'=1+1 です" in {row[head.index("返事")] for row in rows}
    stands = [row[head.index("ようす")] for row in rows]
    assert sorted(stands) == sorted(
        ["期限のうちに返事", "期限のうちに返事", "おくれて返事", "返事がおくれている", "かくした", "", "返事まち"]
    )
    assert "見本 うめ" not in text and "仮野" not in text


def test_the_year_of_the_region_on_the_last_day_of_march(client, do, clock):
    clock.set(datetime.fromisoformat("2027-03-31T14:59:59+00:00"))
    do.say(words="3月の 意見")
    clock.set(datetime.fromisoformat("2027-03-31T15:00:01+00:00"))
    do.say(words="4月の 意見")
    old, new = (client.get(f"{INDEX}/{year}").text for year in (2026, 2027))
    assert "3月の 意見" in old and "4月の 意見" not in old
    assert "4月の 意見" in new and "3月の 意見" not in new


# --- the survey -----------------------------------------------------------------------------------------------


def test_the_silent_answer_in_one_page(enter, people, proposal):
    client = enter(people.una)
    assert "アンケートに こたえる" in client.get(about(proposal)).text
    page = client.get(about(proposal, "/survey"))
    for told in ("のこらないもの", "こたえた 時刻", "その時に のぞけば わかります", "あとから かえられません"):
        assert told in page.text
    told = {"mood": "worried", "words": "言いにくい", "proof": proof(page)}
    answers = [client.post(about(proposal, "/survey"), data=told) for _tap in range(2)]
    assert {one.status_code for one in answers} == {303} and count(SurveyVoice) == 1
    page = client.get(answers[0].location).text
    assert "あなたは こたえました" in page and "言いにくい" not in page and "<textarea" not in page
    assert "アンケートに こたえる" not in client.get(about(proposal)).text


def test_a_mood_is_wanted(enter, people, proposal):
    client = enter(people.una)
    field = proof(client.get(about(proposal, "/survey")))
    answer = client.post(about(proposal, "/survey"), data={"words": "ひとこと", "proof": field})
    assert answer.status_code == 422 and "ひとこと" in answer.text and count(SurveyVoice) == 0
    assert client.post(about(proposal, "/survey"), data={"mood": "good"}).status_code == 403


def test_five_voices_are_told_to_all_and_their_words_to_members(client, enter, people, place, do, proposal, at):
    for number in range(4):
        do.voice(factories.membership(place.region, at=at), "worried", f"こえ{number}")
    member = enter(people.una)
    for one in (client, member):
        assert "こえ" not in one.get(about(proposal)).text
    do.voice(people.sora, "good", "こえ4")
    assert "5人の声" in client.get(about(proposal)).text and "こえ3" not in client.get(about(proposal)).text
    assert all(f"こえ{number}" in member.get(about(proposal)).text for number in range(5))


def test_after_the_vote_has_opened_it_is_over(enter, people, proposal):
    client = enter(people.una)
    field = proof(client.get(about(proposal, "/survey")))
    with transaction():
        proposal.stage = "vote"
    answer = client.post(about(proposal, "/survey"), data={"mood": "good", "proof": field})
    assert answer.status_code == 422 and "おわりました" in answer.text and count(SurveyVoice) == 0
