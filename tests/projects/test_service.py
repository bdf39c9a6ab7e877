from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from app.db import db, transaction, uuid7
from app.errors import Conflict, Forbidden, Missing, Refused
from app.events import service as events
from app.events.models import Event
from app.projects import gatherings, page, queries, rules, service, waiting
from app.projects.models import Project, ProjectEvent, ProjectMember
from tests import factories
from tests.projects import factories as made

PLACE = "http://localhost/tsk/projects/1"


def start(place, who, at, *, key=None, **facts):
    told = {"title": "見守り隊", "wish": "のこしたい", "field": "environment", **facts}
    with transaction():
        return service.start(region=place.region, lead=who, key=key or uuid7(), at=at, **told)


def test_whoever_starts_leads_and_takes_part(place, una, at):
    project = start(place, una, at)
    assert (project.lead_id, project.active_at, project.kind, project.decides) == (una.id, at, "residents", "talk")
    assert queries.is_in(project.id, una.id)
    assert queries.of_member(place.region, una) == [project]


def test_the_same_form_twice_is_one_project(place, una, at):
    key = uuid7()
    assert start(place, una, at, key=key).id == start(place, una, at, key=key, title="ほか").id
    assert db.session.query(Project).count() == db.session.query(ProjectMember).count() == 1
    other = factories.world("ows", at=at)
    with pytest.raises(Conflict, match="other_request"):
        start(other, factories.membership(other.region, at=at), at, key=key)


def test_a_number_is_needed_to_start(place, at):
    newcomer = factories.membership(place.region, at=at, standing="provisional", kind="friend", name="")
    with pytest.raises(Refused, match="project_provisional"):
        start(place, newcomer, at)


def test_who_may_change_what_a_project_says(place, project, lead, una, at):
    told = {"region": place.region, "project_id": project.id, "at": at}
    with pytest.raises(Forbidden, match="not_in_project"), transaction():
        service.change(**told, by=una, roles={"member"}, values={"title": "ちがう"})
    with pytest.raises(Forbidden, match="not_allowed"), transaction():
        service.change(**told, by=lead, roles={"member"}, values={"designated": True})
    with transaction():
        service.change(**told, by=una, roles={"steward"}, values={"designated": True, "how_to": "はしごを つかう"})
    db.session.expire_all()
    assert (project.designated, project.how_to, project.title) == (True, "はしごを つかう", made.TITLE)
    programme = factories.world("ows", at=at).programme
    with pytest.raises(Missing), transaction():
        service.change(**told, by=lead, roles=set(), values={"programme_id": programme.id})
    with pytest.raises(KeyError), transaction():
        service.change(**told, by=lead, roles=set(), values={"lead_id": una.id})


def test_a_sign_of_life_never_moves_backwards(project, at):
    later = at + timedelta(days=3)
    for moment in (later, at):
        with transaction():
            service.touch(project.id, moment)
    db.session.expire_all()
    assert project.active_at == later


def test_after_ninety_days_the_members_are_asked_and_nothing_is_deleted(app, place, project, lead, una, at):
    def lines(who, roles=frozenset(), *, days):
        with app.test_request_context("/tsk"):
            from flask import g

            g.region = place.region
            return waiting.lines(place.region, who, roles, at + timedelta(days=days))

    assert lines(lead, days=89) == []
    asked = lines(lead, days=90)
    assert [line.count for line in asked] == [1] and "つづけますか" in asked[0].text
    assert asked[0].href == f"/tsk/projects/{project.id}"
    assert lines(una, days=90) == []
    assert rules.state(project, at + timedelta(days=90)) == "dormant"
    assert [card.project.id for card in queries.board(place.region)] == [project.id]


def test_going_on_resting_waking_and_ending_each_by_one_answer(place, project, lead, una, at):
    def decide(answer, when=at, who=lead):
        with transaction():
            told = {"region": place.region, "project_id": project.id, "by": who, "roles": {"member"}}
            service.decide_life(**told, answer=answer, at=when)
        db.session.expire_all()
        return rules.state(project, when)

    quiet = at + timedelta(days=95)
    assert rules.state(project, quiet) == "dormant"
    assert decide("continue", quiet) == "running" and project.active_at == quiet
    assert decide("rest", quiet) == "resting" == decide("rest", quiet + timedelta(days=1))
    assert project.resting_at == quiet
    assert queries.of_member(place.region, lead) == []
    assert decide("continue", quiet) == "running"
    assert decide("end", quiet) == "ended"
    assert [card.project.id for card in queries.board(place.region, "ended")] == [project.id]
    assert queries.board(place.region) == []
    assert decide("continue", quiet) == "running"
    with pytest.raises(Forbidden, match="not_in_project"):
        decide("end", quiet, una)
    with pytest.raises(Refused, match="field_choice"):
        decide("delete", quiet)


def test_the_board_is_in_the_order_of_life_and_paged(place, lead, at):
    ids = [made.project(place.region, lead, at=at + timedelta(hours=n // 2)).id for n in range(7)]
    seen, after = [], None
    while cards := queries.board(place.region, "", after, 3):
        seen += [card.project.id for card in cards]
        after = seen[-1]
    assert seen == ids[::-1]
    assert [card.people for card in queries.board(place.region)] == [1] * 7


def test_another_regions_project_is_not_there(project, at):
    other = factories.world("ows", at=at)
    with pytest.raises(Missing):
        queries.by_id(other.region, project.id)
    assert queries.titles(other.region, [project.id]) == {}
    assert queries.board(other.region) == []


# --- gatherings -----------------------------------------------------------------------------------------------


def link(place, project, event, by, at):
    told = {"region": place.region, "project_id": project.id, "by": by, "roles": {"member"}, "at": at}
    with transaction():
        gatherings.link(**told, event_id=event.id, address=PLACE)


def test_a_host_puts_the_own_coming_gathering_under_the_project(place, project, lead, una, do, at):
    event = factories.event(place.region, lead, at=at, starts_at=at + timedelta(days=7))
    assert queries.own_gatherings(place.region, lead, at) == [event]
    for _ in range(2):
        link(place, project, event, lead, at)
    db.session.expire_all()
    assert queries.gatherings(project) == [event] and queries.own_gatherings(place.region, lead, at) == []
    assert (event.project, event.project_link) == (project.title, PLACE)
    do.join(una)
    with pytest.raises(Forbidden, match="not_host"):
        link(place, project, factories.event(place.region, lead, at=at), una, at)
    other = made.project(place.region, lead, at=at)
    with pytest.raises(Conflict, match="gathering_linked"):
        link(place, other, event, lead, at)
    with transaction():
        told = {"region": place.region, "project_id": project.id, "by": una, "roles": {"member"}, "at": at}
        gatherings.unlink(**told, event_id=event.id, address=PLACE)
    db.session.expire_all()
    assert not queries.gatherings(project) and event.project_link == ""
    link(place, other, event, lead, at)


def test_what_is_over_stays_where_it_is(place, project, lead, at):
    over = factories.event(place.region, lead, at=at, starts_at=at - timedelta(days=2))
    with pytest.raises(Refused, match="has_ended"):
        link(place, project, over, lead, at)
    draft = factories.event(place.region, lead, at=at, published_at=None, starts_at=at + timedelta(days=1))
    with pytest.raises(Refused, match="not_published"):
        link(place, project, draft, lead, at)
    coming = factories.event(place.region, lead, at=at, starts_at=at + timedelta(days=1))
    link(place, project, coming, lead, at)
    with pytest.raises(Refused, match="has_ended"), transaction():
        told = {"region": place.region, "project_id": project.id, "by": lead, "roles": set(), "address": PLACE}
        gatherings.unlink(**told, event_id=coming.id, at=at + timedelta(days=2))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ProjectEvent)) == 1


def test_a_gathering_begun_for_the_project_leads_back_to_it(place, project, lead, at):
    key = uuid7()
    for _ in range(2):
        with transaction():
            event = gatherings.draft(region=place.region, project=project, host=lead, key=key, address=PLACE, at=at)
    assert db.session.query(Event).count() == 1
    assert (event.title, event.field, event.project_link) == (project.title, "environment", PLACE)


def address(project):
    return f"{current_app.extensions['config'].origin}/tsk/projects/{project.id}"


def begun(place, host, at, link):
    """A gathering whose form named this page, published, and the project that it is of."""
    told = {"title": "下草かり", "place": "月ヶ瀬梅林", "field": "environment", "values": {"project_link": link}}
    with transaction():
        event = events.draft(region=place.region, host=host, key=uuid7(), at=at, **told)
        event.published_at = at
    row = db.session.get(ProjectEvent, event.id)
    return event, row.project_id if row is not None else None


def test_whatever_is_made_with_its_address_is_the_projects_from_the_start(place, project, lead, una, do, at):
    here = address(project)
    event, of = begun(place, lead, at, here)
    assert of == project.id and queries.gatherings(project) == [event]
    with transaction():
        again = events.repeat(
            region=place.region, event=event, starts_at=event.starts_at + timedelta(days=7), key=uuid7(), at=at
        )
    assert db.session.get_one(ProjectEvent, again.id).project_id == project.id
    assert begun(place, una, at, here)[1] is None  # una takes no part
    for odd in ("", f"{here}/log", f"http://elsewhere/tsk/projects/{project.id}", here.replace(str(project.id), "999")):
        assert begun(place, lead, at, odd)[1] is None
    do.join(una)
    assert begun(place, una, at, here)[1] == project.id


def test_a_draft_that_is_thrown_away_leaves_nothing(place, project, lead, at):
    here = address(project)
    with transaction():
        told = {"region": place.region, "project": project, "host": lead, "key": uuid7(), "address": here}
        event_id = gatherings.draft(**told, at=at).id
    assert db.session.get_one(ProjectEvent, event_id) and not queries.gatherings(project)
    with transaction():
        events.discard(region=place.region, event_id=event_id)
    assert db.session.query(ProjectEvent).count() == 0


def test_a_new_name_stands_on_the_pages_of_coming_gatherings(place, project, lead, at):
    here = address(project)
    named, own, over = (begun(place, lead, at, here)[0] for _ in range(3))
    with transaction():
        for event, words in ((named, project.title), (own, "もっと みじかい名"), (over, project.title)):
            event.project = words
        over.ended_at = at
        told = {"region": place.region, "project_id": project.id, "by": lead, "roles": {"member"}, "at": at}
        service.change(**told, values={"title": "梅の木を 見る会"})
    db.session.expire_all()
    assert [one.project for one in (named, own, over)] == ["梅の木を 見る会", "もっと みじかい名", made.TITLE]


def test_rooms_above_say_on_the_page_what_they_know(project, monkeypatch):
    monkeypatch.setattr(page, "_sections", {})
    page.add_section("second", 20, lambda shown: f"2 {shown.id}")
    page.add_section("first", 10, lambda shown: "1")
    page.add_section("silent", 15, lambda shown: None)
    page.add_section("second", 20, lambda shown: f"two {shown.id}")
    assert page.sections(project) == ["1", f"two {project.id}"]
