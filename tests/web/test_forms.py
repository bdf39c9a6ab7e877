import pytest
from werkzeug.datastructures import MultiDict

from app.errors import Refused
from app.web.forms import Form, normalise, row_id

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("１２枚", "12枚"),
        ("ﾕｲ", "ユイ"),
        ("  うめ　 ", "うめ"),
        ("髙﨑𠮷", "髙﨑𠮷"),  # variant characters are names, not mistakes
        ("a\u0000b\u202ec", "abc"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("a\r\nBcc: x", "aBcc: x"),
        ("㍉", "㍉"),
    ],
)
def test_text_is_normalised_and_names_survive(typed, clean):
    assert normalise(typed) == clean


@pytest.mark.parametrize("value", ["", "1e3", "-0", "+5", "9223372036854775808", "0", "51", "1.0", "٣", "一"])
def test_amounts_are_whole_numbers_within_their_bounds(value):
    form = Form(MultiDict({"n": value}))
    form.integer("n", least=1, most=50)
    assert "n" in form.errors


@pytest.mark.parametrize(("value", "number"), [("１２", 12), (" 7 ", 7), ("50", 50), ("007", 7)])
def test_widths_and_spaces_do_not_matter(value, number):
    form = Form(MultiDict({"n": value}))
    assert form.integer("n", least=1, most=50) == number and form.ok


def test_a_field_that_comes_twice_is_refused():
    with pytest.raises(Refused, match="field_twice"):
        Form(MultiDict([("n", "1"), ("n", "9")])).integer("n", least=1, most=50)


@pytest.mark.parametrize("text", ["", "-1", " 7", "７", "²", "1_0", "7.0", "9" * 19])
def test_what_can_be_no_rows_number_names_no_row(text):
    form = Form(MultiDict({"n": text}))
    assert row_id(text) is None and form.row("n") is None and form.ok == (not text)


def test_a_row_is_named_by_its_number():
    assert row_id("7") == Form(MultiDict({"n": "7"})).row("n") == 7 and row_id("9" * 18) < 2**63


@pytest.mark.parametrize("key", ["", "1", "not-a-key", "00000000-0000-0000-0000-000000000000", "x" * 36])
def test_a_form_without_its_key_is_stale(key):
    with pytest.raises(Refused, match="form_stale"):
        Form(MultiDict({"key": key})).key()


@pytest.mark.parametrize("day", ["", "2026-02-30", "1999-12-31", "10000-01-01", "soon"])
def test_days_are_real_days_of_our_time(day):
    form = Form(MultiDict({"day": day}))
    assert form.day("day") is None and "day" in form.errors
