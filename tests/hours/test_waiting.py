"""The calm lines of the front page: hours of others to confirm, one's own that were sent back."""

from __future__ import annotations

from flask import g

from app.hours import waiting


def told(app, place, who):
    with app.test_request_context("/tsk"):
        g.region = place.region
        lines = waiting.lines(place.region, who, place.roles.get(who.id, {"member"}), place.at)
    return [(line.href, line.count) for line in lines]


def test_two_lines_at_most_and_none_where_nothing_waits(app, place):
    first, second = place.log(place.sora, with_membership=place.kaze), place.log(place.sora)
    assert told(app, place, place.kaze) == [("/tsk/hours/to-confirm", 1)]
    assert told(app, place, place.yaku) == [("/tsk/hours/to-confirm", 2)]
    assert told(app, place, place.sora) == told(app, place, place.machi) == []
    place.send_back(place.yaku, second)
    assert told(app, place, place.sora) == [("/tsk/hours", 1)]
    place.confirmed(place.kaze, first)
    assert told(app, place, place.kaze) == []
