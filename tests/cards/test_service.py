import secrets
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from app.cards import rules, service
from app.cards.models import Card, CardUse
from app.codes import signed
from app.codes.rules import ALPHABET
from app.db import db, transaction
from app.errors import Missing, Refused
from app.web.sentences import sentence
from tests import factories
from tests.threads import all_at_once


def refused(read, *given, **named):
    with pytest.raises(Refused) as error:
        read(*given, **named)
    return error.value.code


# --- who it is ----------------------------------------------------------------------------------------------


def test_each_way_of_showing_a_card_tells_who_it_is(ume, at):
    assert ume.read(ume.printed, at) == service.Shown(ume.member, ume.card.id, "card")
    assert ume.read(ume.shown(at), at) == service.Shown(ume.member, ume.card.id, "phone_card")
    assert ume.read(ume.member.number, at) == service.Shown(ume.member, None, "number")


def test_an_address_a_bare_code_and_small_letters_are_read_alike(ume, at):
    for text in (
        ume.printed,
        f"HTTPS://YUI.EXAMPLE/C/{ume.printed}",
        f" https://yui.example/c/{ume.printed.lower()}/ ",
    ):
        assert ume.read(text, at).way == "card"
    digits = ume.member.number.partition("-")[2]
    for text in (digits, digits.replace("-", ""), ume.member.number.lower(), f"　{ume.member.number}"):
        assert ume.read(text, at).way == "number"


def test_a_printed_card_is_good_again_and_again_and_for_years(ume, at, clock):
    code = ume.printed
    for years in range(0, 15, 3):
        assert ume.read(code, clock.set(at + timedelta(days=365 * years))).way == "card"


@pytest.mark.parametrize(
    "text", ["", "うめ", "A" * 26, "0" * 32, "1234", "https://elsewhere.example/", "REZ6JM7G", "\0"]
)
def test_what_is_no_card_is_unknown(ume, at, text):
    assert refused(ume.read, text, at) == "card_unknown"


def test_a_changed_character_is_unknown(ume, at):
    for code in (ume.printed, ume.shown(at)):
        for place in range(2, len(code)):
            other = secrets.choice([c for c in ALPHABET if c != code[place]])
            assert refused(ume.read, code[:place] + other + code[place + 1 :], at) == "card_unknown"
    assert ume.read(ume.shown(at), at).way == "phone_card"  # nothing of that used the step up


def test_a_code_of_the_rotating_screen_is_no_card(ume, at):
    step = signed.sign("rotating", region_id=ume.region.id, body=signed.body(ume.card.id, rules.step_at(at)))
    assert refused(ume.read, step, at) == "card_unknown"


def test_another_regions_card_says_whose_it_is(ume, app, at):
    owase = factories.world("ows", at=at).region
    for text in (ume.printed, ume.shown(at), ume.member.number):
        with pytest.raises(Refused) as error:
            ume.read(text, at, region=owase)
        assert (error.value.code, error.value.params["region"].id) == ("card_elsewhere", ume.region.id)
        with app.test_request_context():
            assert "これは 月ヶ瀬の 会員証です" in sentence("card_elsewhere", **error.value.params)
            with force_locale("en"):
                assert ume.region.name_en in sentence("card_elsewhere", **error.value.params)
    forged = signed.sign("card", region_id=owase.id, body=signed.body(ume.card.id))
    assert refused(ume.read, forged, at) == "card_unknown"


# --- steps of time ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "code"), [(-2, "card_stale"), (-1, None), (0, None), (1, None), (2, "card_stale")])
def test_a_phones_step_counts_when_it_is_there_and_one_before_and_after(ume, at, by, code):
    if code:
        assert refused(ume.read, ume.shown(at, by), at) == code
    else:
        assert ume.read(ume.shown(at, by), at).way == "phone_card"


def test_a_step_is_good_once_for_one_purpose(ume, at):
    code = ume.shown(at)
    ume.read(code, at)
    assert refused(ume.read, code, at) == "card_used"
    assert ume.read(code, at, purpose="shop:7").way == "phone_card"
    assert refused(ume.read, code, at, purpose="shop:7") == "card_used"
    assert refused(ume.read, code, at) == "card_used"
    assert ume.read(code, at, purpose="event:77").way == "phone_card"
    assert ume.read(ume.shown(at, 1), at).way == "phone_card"


def test_a_step_that_was_not_used_in_the_end_is_still_good(ume, at):
    with pytest.raises(ZeroDivisionError), transaction():
        service.read(region=ume.region, text=ume.shown(at), purpose="event:7", at=at)
        raise ZeroDivisionError  # the door said no
    assert ume.read(ume.shown(at), at).way == "phone_card"


def test_of_eight_who_read_the_same_step_one_goes_on(ume, app, at):
    code = ume.shown(at)
    assert all_at_once(app, lambda: ume.read(code, at).way) == ["card_used"] * 7 + ["phone_card"]


def test_uses_are_forgotten_after_a_day_and_codes_of_then_stay_refused(ume, at, clock):
    code = ume.shown(at)
    ume.read(code, at)
    later = clock.move(days=1, minutes=1)
    with transaction():
        service.forget_uses(at=later)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CardUse)) == 0
    assert refused(ume.read, code, later) == "card_stale"


# --- giving and ending --------------------------------------------------------------------------------------


def test_a_new_card_ends_the_one_before_at_once(ume, at):
    old_printed, old_phone = ume.printed, ume.shown(at)
    with transaction():
        new = service.issue(region=ume.region, membership=ume.member, by="membership:1", at=at)
    assert refused(ume.read, old_printed, at) == "card_ended"
    assert refused(ume.read, old_phone, at) == "card_ended"
    assert (ume.card.ended_for, ume.card.ended_at) == ("reissued", at)
    ume.card = new
    assert ume.read(ume.printed, at).card_id == new.id
    assert ume.read(ume.shown(at), at).card_id == new.id


def test_a_lost_card_opens_nothing_and_the_number_still_says_who(ume, at):
    with transaction():
        service.end(region=ume.region, card_id=ume.card.id, reason="lost", at=at)
        service.end(region=ume.region, card_id=ume.card.id, reason="left", at=at)
    assert ume.card.ended_for == "lost"
    assert refused(ume.read, ume.printed, at) == "card_ended"
    assert ume.read(ume.member.number, at).way == "number"


def test_whoever_has_left_shows_nothing(ume, at):
    with transaction():
        ume.member.standing = "ended"
    assert refused(ume.read, ume.printed, at) == "card_ended"
    assert refused(ume.read, ume.member.number, at) == "card_unknown"


def test_two_presses_make_one_card(ume, at):
    again = {"region": ume.region, "by": "membership:1", "at": at}
    with transaction():
        assert service.ensure(membership=ume.member, **again).id == ume.card.id
        new = service.replace(card_id=ume.card.id, **again)
    with transaction():
        assert service.replace(card_id=ume.card.id, **again).id == new.id
    cards = db.session.scalars(sa.select(Card).where(Card.membership_id == ume.member.id)).all()
    assert [one.ended_for for one in sorted(cards, key=lambda card: card.id)] == ["reissued", None]


def test_without_a_number_there_is_no_card(app, at):
    region = factories.world(at=at).region
    newcomer = factories.membership(region, at=at, standing="provisional", kind="friend")
    with transaction():
        for give in (service.issue, service.ensure):
            assert refused(give, region=region, membership=newcomer, by="visitor", at=at) == "card_numberless"


def test_another_regions_card_is_not_there(ume, at):
    owase = factories.world("ows", at=at).region
    with transaction(), pytest.raises(Missing):
        service.end(region=owase, card_id=ume.card.id, reason="lost", at=at)
    with transaction():
        assert service.mark_printed(region=owase, card_ids=[ume.card.id], at=at) == 0
    assert ume.card.ended_at is None and ume.card.printed_at is None


def test_a_card_is_marked_as_printed_once(ume, at, clock):
    with transaction():
        assert service.mark_printed(region=ume.region, card_ids=[ume.card.id], at=at) == 1
        assert service.mark_printed(region=ume.region, card_ids=[ume.card.id], at=clock.move(days=1)) == 0
    db.session.refresh(ume.card)
    assert ume.card.printed_at == at
