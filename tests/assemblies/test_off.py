"""A meeting that is called off, put off, or has too few; and what its gathering's page, and the projector, say."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.assemblies import queries, service, voting, words
from app.db import transaction, uuid7
from app.errors import Refused
from app.events import queries as events
from app.events import service as gatherings
from app.votes import closing
from app.votes import queries as votes
from app.votes.by_hand import proxies
from tests import factories
from tests.assemblies.test_service import assembly_of
from tests.by_hand import factories as made


@pytest.fixture
def put_off(place, event, clock):
    def put_off():
        told = {"starts_at": event.starts_at + timedelta(days=7), "reason": "雪のため", "at": clock.at}
        with transaction():
            return gatherings.postpone(region=place.region, event_id=event.id, **told)

    return put_off


@pytest.fixture
def new_day(place, clock):
    """The gathering of the day to which one was put off."""

    def new_day(event):
        told = {"starts_at": event.postponed_to, "key": events.new_day_key(event), "at": clock.at}
        with transaction():
            return gatherings.repeat(region=place.region, event=event, **told)

    return new_day


def test_a_meeting_that_is_called_off_neither_begins_nor_opens_votes(meeting, place, event, clock):
    with transaction():
        gatherings.cancel(region=place.region, event_id=event.id, reason="雪のため", at=clock.at)
    for act in (meeting.open, meeting.open_vote):
        with pytest.raises(Refused, match="assembly_off"):
            act()
    with transaction():
        gatherings.restore(region=place.region, event_id=event.id, at=clock.at)
    assert meeting.open().opened_at is not None


def test_what_was_put_off_goes_to_the_new_day_with_its_proxies(meeting, crowd, event, put_off, new_day, draft):
    giver, holder = crowd.people[:2]
    meeting.do.give(giver, holder, event_id=event.id)
    later = new_day(put_off())
    with pytest.raises(Refused, match="assembly_off"):
        meeting.open()
    new = meeting.timed(service.carry_over, by=crowd.steward, key=uuid7())
    assert new.event_id == later.id
    assert [one.item.title for one in queries.rows(new)] == ["1年の ふりかえり", draft.question, "来年のこと"]
    assert queries.rows(assembly_of(event)) == [] and queries.event_of(draft.id) == later.id
    assert proxies.standing(event.region_id, event_id=later.id) == {giver.id: holder.id}
    again = meeting.timed(service.carry_over, by=crowd.steward, key=uuid7())
    assert again.event_id == new.event_id and len(queries.rows(new)) == 3


def test_nothing_goes_anywhere_without_a_new_day(meeting, crowd, put_off):
    told = {"by": crowd.steward, "key": uuid7()}
    with pytest.raises(Refused, match="assembly_not_put_off"):
        meeting.timed(service.carry_over, **told)
    put_off()
    with pytest.raises(Refused, match="assembly_no_new_day"):
        meeting.timed(service.carry_over, **told)


def test_a_meeting_that_has_begun_goes_nowhere(meeting, crowd, put_off, new_day):
    meeting.open()
    new_day(put_off())
    with pytest.raises(Refused, match="agenda_begun"):
        meeting.timed(service.carry_over, by=crowd.steward, key=uuid7())


def test_nothing_is_carried_into_a_meeting_that_is_over(meeting, place, crowd, put_off, new_day, clock):
    there = {"region": place.region, "event_id": new_day(put_off()).id}
    with transaction():
        service.make(**there, by=crowd.steward, key=uuid7(), at=clock.at)
        service.add_item(**there, kind="talk", title="新しい日のこと")
        service.open_(**there, at=clock.at)
        service.close(**there, closing_words="おわった", items={}, at=clock.at)
    with pytest.raises(Refused, match="agenda_over"):
        meeting.timed(service.carry_over, by=crowd.steward, key=uuid7())


def test_a_vote_that_would_shut_before_the_end_is_not_opened_in_the_room(meeting, place, crowd, event, at):
    times = {"opens_at": at, "closes_at": event.ends_at - timedelta(minutes=1), "reveals_at": event.ends_at}
    short = made.vote(place.region, crowd.office, at=at, is_open=False, **times)
    item = meeting.run(service.add_item, kind="vote", title="", vote_id=short.id)
    with pytest.raises(Refused, match="agenda_vote_short"):
        meeting.timed(voting.open_vote, item_id=item.id, by=crowd.office, roles={"office"})


def test_a_meeting_without_quorum_ends_and_its_minutes_say_so(meeting, app, crowd, event, draft):
    meeting.open()
    meeting.open_vote()
    meeting.come(crowd.people[0])
    meeting.do.phone(crowd.people[0])
    meeting.close_vote()
    assert votes.result(draft).outcome == "no_quorum"
    row = next(one for one in queries.rows(assembly_of(event)) if one.vote)
    with app.test_request_context("/tsk"):
        assert words.outcome(row) == "賛成 1、反対 0、どちらでもない 0。人数が 足りず、成立しなかった。"


def test_a_vote_that_time_closes_during_the_meeting_counts_who_has_come(meeting, crowd, event, draft):
    meeting.open()
    meeting.open_vote()
    for who in crowd.people[:4]:
        meeting.come(who)
        meeting.do.phone(who)
    with transaction():
        closing.settle(draft.id, event.ends_at)
    assert (votes.closure(draft).by, votes.closure(draft).present) == ("job:close", 4)
    assert votes.result(draft).outcome == "asked"  # and not «no_quorum»


def test_one_goes_back_to_a_matter_that_was_left_by_mistake(meeting, event):
    report, _vote, talk = meeting.items
    meeting.open()
    for one in (report, talk, report):
        meeting.timed(service.take_up, item_id=one.id)
    stages = {row.item.id: row.stage for row in queries.rows(assembly_of(event))}
    assert stages[report.id] == "on" and stages[talk.id] == "over"
    assert queries.spoken_of(assembly_of(event)).item.id == report.id


def test_the_minutes_claim_nothing_that_did_not_happen(meeting, app, event):
    report, vote, talk = meeting.items
    meeting.open()
    meeting.timed(service.take_up, item_id=report.id)
    with app.test_request_context("/tsk"):
        said = {row.item.id: words.drafted(row) for row in queries.rows(assembly_of(event))}
    assert said[report.id] == "説明と 質問が あった。"
    assert said[vote.id] == "投票は しなかった。" and said[talk.id] == "時間が なく、とりあげなかった。"


def test_what_was_chosen_stands_in_the_minutes_once_it_is_out(meeting, place, app, crowd, event, at):
    times = {"opens_at": at, "closes_at": event.ends_at, "reveals_at": event.ends_at}
    choose = made.vote(place.region, crowd.office, at=at, is_open=False, method="choose_one", **times)
    item = meeting.run(service.add_item, kind="vote", title="", vote_id=choose.id)
    meeting.open()
    meeting.timed(voting.open_vote, item_id=item.id, by=crowd.office, roles={"office"})
    do = made.acts(place.region, choose, meeting.clock)
    for who, name in zip(crowd.people, ("ベンチ", "ベンチ", "屋根"), strict=False):
        do.phone(who, name)

    def said():
        row = next(one for one in queries.rows(assembly_of(event)) if one.vote and one.vote.id == choose.id)
        with app.test_request_context("/tsk"):
            return words.outcome(row)

    assert said() == ""
    meeting.timed(voting.close_vote, item_id=item.id, by=crowd.office)
    assert said().startswith("ベンチ 2、屋根 1、花だん 0。")


# --- on screen ----------------------------------------------------------------------------------------------


@pytest.fixture
def office(phone, crowd):
    return phone(crowd.office)


def test_the_first_numbers_stand_in_the_opening_words_and_stay(meeting, office, crowd, event):
    home = f"/tsk/assemblies/{event.id}"
    meeting.come(crowd.people[0])
    assert office.post(f"{home}/opening", data={"back": home}).status_code == 303
    meeting.come(crowd.people[1])
    meeting.close(opening_words="")
    assert "出席 1人、書面 0人、委任 0人、あわせて 1人（名簿 13人）" in assembly_of(event).opening_words


def test_a_meeting_that_is_put_off_says_so_and_leads_to_the_new_day(meeting, office, client, event, put_off, new_day):
    home = f"/tsk/assemblies/{event.id}"
    later = new_day(put_off())
    page = office.get(home).text
    assert "延期になりました" in page and "総会を はじめる" not in page and "議題を たす" not in page
    assert "延期" in client.get("/tsk/assemblies").text and "延期になりました" in client.get(f"{home}/screen").text
    assert "中止か 延期に なりました" in office.get(f"{home}/proxy").text
    form = page[page.index("/new-day") :]
    sent = {name: re.search(rf'name="{name}" value="([^"]+)"', form)[1] for name in ("key", "proof")}
    answer = office.post(f"{home}/new-day", data=sent)
    assert answer.status_code == 303 and answer.headers["Location"].endswith(f"/assemblies/{later.id}")
    assert "1年の ふりかえり" in client.get(f"/tsk/assemblies/{later.id}").text
    assert f"/tsk/events/{later.id}" in client.get(home).text


def test_its_gathering_leads_to_the_agenda_and_others_do_not(meeting, office, client, place, crowd, event, at):
    for browser in (client, office):
        assert f'href="/tsk/assemblies/{event.id}"' in browser.get(f"/tsk/events/{event.id}").text
    assert f'href="/tsk/assemblies/{event.id}"' in office.get(f"/tsk/events/{event.id}/check-ins").text
    other = factories.event(place.region, crowd.office, at=at)
    assert f"/tsk/assemblies/{other.id}" not in client.get(f"/tsk/events/{other.id}").text


def test_how_many_are_needed_and_have_voted_stands_beside_a_vote(meeting, office, crowd, event):
    meeting.open()
    meeting.open_vote()
    meeting.do.phone(crowd.people[0])
    home = f"/tsk/assemblies/{event.id}"
    page = office.get(home).text
    assert "出席・書面・委任を あわせて 4人以上" in page and "名簿 13人のうち 1人が 投票しました" in page
    screen = office.get(f"{home}/screen").text
    assert "出席・書面・委任を あわせて 4人以上" in screen and "可決" not in screen
    meeting.close_vote()
    assert "人数が 足りず、成立しなかった" in office.get(f"{home}/screen").text
