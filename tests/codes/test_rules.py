import io
import re
import secrets

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from app.codes import drawing
from app.codes.rules import ALPHABET, encode, is_code, read, scanned

pytestmark = pytest.mark.rules
HERE = frozenset({"yui.example"})


def test_the_alphabet_has_no_look_alikes():
    assert len(set(ALPHABET)) == 32 and not set("ILOU") & set(ALPHABET)


@given(st.binary(min_size=10, max_size=32))
def test_codes_are_read_back_however_they_are_typed(raw):
    code = encode(raw, 12)
    assert len(code) == 12 and is_code(code)
    typed = " ".join(re.findall("....", code)).lower().replace("0", "o").replace("1", "l")
    assert read(typed) == code
    assert read("－".join(re.findall("....", code))) == code


def test_each_character_carries_five_bits():
    assert encode(bytes.fromhex("ffffffffff"), 8) == "ZZZZZZZZ"
    assert encode(bytes.fromhex("0000000001"), 8) == "00000001"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("HTTPS://YUI.EXAMPLE/C/REZ6JM7G", "REZ6JM7G"),
        ("https://yui.example/c/rez6jm7g", "REZ6JM7G"),
        ("rez6 jm7g", "REZ6JM7G"),
        ("https://elsewhere.example/C/REZ6JM7G", None),
        ("https://yui.example.elsewhere/C/REZ6JM7G", None),
        ("https://yui.example/D/REZ6JM7G", None),
        ("", None),
        ("うめ", None),
    ],
)
def test_only_this_instances_addresses_are_scanned(text, code):
    assert scanned(text, HERE) == code


@pytest.mark.parametrize("level", ["M", "Q", "H"])
def test_the_drawing_is_read_by_a_scanner(level):
    text = f"HTTPS://YUI.EXAMPLE/C/{encode(secrets.token_bytes(10), 16)}"
    cells = drawing.matrix(text, level)
    assert len(cells) - 2 * drawing.QUIET <= 4 * 4 + 17 + 8  # version 6 at most
    assert zxingcpp.read_barcode(picture_of(drawing.svg(text, level=level))).text == text


def picture_of(svg: str) -> Image.Image:
    """The path's runs of dark cells, as a browser would fill them."""
    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    image = Image.new("L", (side * 6, side * 6), 255)
    draw = ImageDraw.Draw(image)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1H\d+z", svg):
        left, top = int(x) * 6, int(y) * 6
        draw.rectangle((left, top, left + int(width) * 6 - 1, top + 5), fill=0)
    image.save(io.BytesIO(), "PNG")
    return image
