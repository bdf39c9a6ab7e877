from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.db import db, transaction, uuid7
from app.errors import Conflict, Missing, Refused
from app.ledger.models import Operation
from app.members import service as members
from app.thanks import people, queries, service
from app.thanks.models import Thanks
from tests import factories
from tests.ledger.threads import together
from tests.projects import factories as projects_made
from tests.thanks import factories as made


def count():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Thanks))


def test_words_reach_whom_they_are_for_and_no_coin_moves(do, minoru, una):
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Operation))
    card = do.send(minoru, una, "たすかりました")
    assert [(one.card.id, one.who.id, one.card.words) for one in queries.received(una)] == [
        (card.id, minoru.id, "たすかりました")
    ]
    assert queries.received(minoru) == [] and [one.who.id for one in queries.sent(minoru)] == [una.id]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Operation)) == before


def test_never_to_oneself(do, minoru):
    with pytest.raises(Refused, match="thanks_oneself"):
        do.send(minoru, minoru)
    assert count() == 0


def test_one_form_and_two_tabs_are_one_card(do, minoru, una, sora, at):
    key = uuid7()
    first = do.send(minoru, una, key=key)
    assert do.send(minoru, una, key=key).id == first.id == do.send(minoru, una).id
    assert do.send(minoru, una, "もう一度 ありがとう").id != first.id
    assert do.send(minoru, una, when=at + timedelta(days=1)).id != first.id
    with pytest.raises(Conflict, match="other_request"):
        do.send(sora, una, key=key)


def test_ten_a_day_by_the_regions_calendar(do, minoru, una, at):
    for number in range(10):
        do.send(minoru, una, f"その{number}")
    with pytest.raises(Refused, match="thanks_many") as told:
        do.send(minoru, una, "もうひとつ")
    assert told.value.params["most"] == 10
    assert do.send(minoru, una, "その0").words == "その0"  # a second tap is told nothing new
    midnight = at + timedelta(hours=14, minutes=30)
    assert do.send(minoru, una, "もうひとつ", when=midnight).id


def test_ten_a_day_however_many_come_at_once(app, do, minoru, una):
    db.session.commit()
    told = together(app, 32, lambda number: do.send(minoru, una, f"その{number}").id)
    assert sum(isinstance(one, int) for one in told) == 10 == count()
    assert {one for one in told if isinstance(one, str)} == {"thanks_many"}


def test_one_form_many_taps_are_one_card(app, do, minoru, una):
    key = uuid7()
    db.session.commit()
    told = together(app, 16, lambda _: do.send(minoru, una, key=key).id)
    told += together(app, 16, lambda _: do.send(minoru, una).id)
    assert len(set(told)) == 1 == count()


# --- whom one may thank ---------------------------------------------------------------------------------------


def test_members_thank_members_and_whom_they_met(do, meet, minoru, una, tabi):
    assert do.send(minoru, una)
    with pytest.raises(Refused, match="thanks_unknown"):
        do.send(minoru, tabi)
    event = meet(tabi)
    card = do.send(minoru, tabi, event_id=event.id)
    assert (card.event_id, card.to_id) == (event.id, tabi.id)
    with pytest.raises(Refused, match="thanks_unknown"):
        do.send(una, tabi, event_id=event.id)  # was not there


def test_without_a_number_one_thanks_whom_one_met(place, do, meet, minoru, una, tabi, at):
    with pytest.raises(Refused, match="thanks_unknown"):
        do.send(tabi, una)
    event = meet(una, tabi)
    assert do.send(tabi, una, event_id=event.id).event_id == event.id
    project = projects_made.project(place.region, minoru, at=at)
    with pytest.raises(Refused, match="thanks_unknown"):
        do.send(tabi, minoru, project_id=project.id)
    projects_made.join(place.region, project, tabi, minoru, at=at)
    assert do.send(tabi, minoru, project_id=project.id).project_id == project.id


def test_a_gathering_names_those_who_came_to_those_who_came(place, meet, minoru, una, sora, tabi, at):
    event = meet(una, tabi)
    assert [who.id for who, _name in people.met_at(place.region, una, event.id)] == [minoru.id, tabi.id]
    assert people.met_at(place.region, sora, event.id) == []
    assert [one.id for one in people.gatherings(place.region, una, at)] == [event.id]
    assert people.gatherings(place.region, una, at + timedelta(days=61)) == []


def test_whose_gathering_it_was_is_thanked_and_thanks(place, minoru, una, at):
    event = factories.event(place.region, minoru, at=at)
    made.arrive(place.region, event, una, at=at)
    assert [who.id for who, _name in people.met_at(place.region, una, event.id)] == [minoru.id]
    assert [who.id for who, _name in people.met_at(place.region, minoru, event.id)] == [una.id]


def test_looking_for_somebody_by_name_is_for_members(place, una, sora, tabi):
    assert [who.id for who in people.found(place.region, una, "そら")] == [sora.id]
    assert people.found(place.region, una, "そ") == [] == people.found(place.region, una, "うめ")
    assert people.found(place.region, tabi, "そら") == []
    assert [who.id for who in people.found(place.region, tabi, sora.number)] == [sora.id]


def test_officers_and_those_who_left_get_none(place, do, minoru, una, sora, at):
    with transaction():
        year = {"starts_on": at.date() - timedelta(days=1), "ends_on": at.date() + timedelta(days=300)}
        members.give_duty(membership=una, role="officer", **year)
        sora.standing = "ended"
    for who in (una, sora):
        with pytest.raises(Refused, match="thanks_unknown"):
            do.send(minoru, who)


def test_another_regions_people_are_not_known(do, minoru, at):
    other = factories.world("ows", at=at).region
    with pytest.raises(Refused, match="thanks_unknown"):
        do.send(minoru, factories.membership(other, at=at))


# --- reading --------------------------------------------------------------------------------------------------


def test_opened_once_put_away_and_back(do, minoru, una, sora, at):
    card = do.send(minoru, una)
    assert queries.unseen(una) == 1
    do.act("open_", card, una)
    assert do.act("open_", card, una, when=at + timedelta(hours=1)).seen_at == at and queries.unseen(una) == 0
    do.act("put_away", card, una)
    assert queries.received(una) == [] and len(queries.received(una, hidden=True)) == 1
    do.act("put_back", card, una)
    assert len(queries.received(una)) == 1
    for verb in ("open_", "put_away", "put_back"):
        for who in (minoru, sora):
            with pytest.raises(Missing):
                do.act(verb, card, who)


def test_taken_back_for_ten_minutes_while_unread(do, minoru, una, sora, at):
    card = do.send(minoru, una)
    with pytest.raises(Missing):
        do.act("take_back", card, sora)
    for minutes in (9, 10):
        do.act("take_back", card, minoru, when=at + timedelta(minutes=minutes))
    assert count() == 0
    late, read = do.send(minoru, una, "おそい"), do.send(minoru, una, "読まれた")
    with pytest.raises(Refused, match="thanks_late"):
        do.act("take_back", late, minoru, when=at + timedelta(minutes=11))
    do.act("open_", read, una)
    with pytest.raises(Refused, match="thanks_seen"):
        do.act("take_back", read, minoru)


def test_cards_are_paged_and_counted_by_month(place, do, minoru, una, at):
    cards = [do.send(minoru, una, f"その{day}", when=at + timedelta(days=day)) for day in range(5)]
    first = queries.received(una, 2)
    rest = queries.received(una, 9, first[-1].card.id)
    assert [one.card.id for one in (*first, *rest)] == [card.id for card in reversed(cards)]
    assert queries.received(minoru, 9, first[-1].card.id) == []
    november, december = (date(2026, 11, 1), date(2026, 11, 30)), (date(2026, 12, 1), date(2026, 12, 31))
    assert [queries.count(place.region, *month) for month in (november, december)] == [3, 2]


# --- paper ----------------------------------------------------------------------------------------------------


def test_on_paper_for_those_without_any_sign_in(place, do, phone, minoru, una, sora, at):
    for who in (una, sora):
        do.send(minoru, who)
    phone(sora)
    assert [one.reader.id for one in queries.on_paper(place.region)] == [una.id]
    assert queries.reads_on_paper(una) and not queries.reads_on_paper(sora)
    ids = [one.card.id for one in (*queries.received(una), *queries.received(sora))]
    for handed in (1, 0):
        with transaction():
            assert service.hand_over(region=place.region, ids=ids, at=at) == handed
    assert queries.on_paper(place.region) == [] and queries.unseen(sora) == 1
