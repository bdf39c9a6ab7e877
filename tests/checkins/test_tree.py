"""The tree: the same from the same code, 120 places, and a blossom for whoever is here."""

import math
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest
from flask import get_template_attribute

from app.checkins.by_phone import tree

pytestmark = pytest.mark.rules
PRINTED = [(487.2, 216.1), (207.7, 335.1)]
CODES = ["ABCD2345", "9KJ3MM2Q", "00000000", "ZZZZZZZZ", *(f"{n:08}" for n in range(20))]


def drawn(code, numbers, live=False):
    draw = get_template_attribute("components/tree.html", "tree")
    return str(draw(SimpleNamespace(id=7), tree.grow(code), tree.blossoms(code, numbers), "木", live=live))


def test_the_same_code_grows_the_same_tree():
    tree.grow.cache_clear()
    first = tree.grow("ABCD2345")
    tree.grow.cache_clear()
    assert tree.grow("ABCD2345") == first
    assert tree.grow("ABCD2346") != first


def test_a_tree_looks_the_same_on_every_machine():
    """These very places: a picture that was printed stays true."""
    places = tree.grow("ABCD2345").places
    assert [(place.x, place.y) for place in places[:2]] == PRINTED


@pytest.mark.parametrize("code", CODES)
def test_every_tree_has_all_its_places_inside_the_picture(code):
    places = tree.grow(code).places
    assert [place.number for place in places] == list(range(1, tree.PLACES + 1))
    assert all(10 <= place.x <= tree.WIDTH - 10 and 10 <= place.y <= tree.GROUND for place in places)
    near = min(math.dist((a.x, a.y), (b.x, b.y)) for a in places for b in places if a.number < b.number)
    assert near >= 8, near


@pytest.mark.parametrize(("numbers", "open_"), [([], 0), ([1], 1), ([1, 2, 5], 3), (range(1, 121), 120), ([3, 123], 1)])
def test_a_blossom_for_whoever_is_here(numbers, open_):
    assert sum(one.petals > 0 for one in tree.blossoms("ABCD2345", numbers)) == open_


def test_from_the_hundred_and_twenty_first_they_are_double():
    petals = {one.place.number: one.petals for one in tree.blossoms("ABCD2345", range(1, 251))}
    assert petals[1] == petals[120] == 2
    assert {one.petals for one in tree.blossoms("ABCD2345", range(1, 122))} == {1, 2}


def test_the_picture_is_sound_and_light(app):
    """A finished picture hangs on a page that is opened with one bar of signal."""
    for numbers in ((), range(1, 41), range(1, 121)):
        text = drawn("9KJ3MM2Q", numbers)
        root = ET.fromstring(text)
        blossoms = [one for one in root if one.tag == "use"]
        assert len(blossoms) == len(numbers)
        assert len(text) < 25_000
    assert "style=" not in text


def test_on_a_screen_every_place_can_still_open(app):
    root = ET.fromstring(drawn("ABCD2345", [4], live=True))
    places = root.findall(".//*[@data-place]")
    assert len(places) == tree.PLACES
    assert [one.get("data-place") for one in places if "open" in one.get("class").split()] == ["4"]
