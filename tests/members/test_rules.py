import pytest

from app.members.rules import card_number, check_digit, hiragana, read_number

pytestmark = pytest.mark.rules
PRINTED = (
    "TSK-0001-3 TSK-0002-1 TSK-0003-7 TSK-0004-5 TSK-0005-9 TSK-0006-8 TSK-0007-6 TSK-0008-4 TSK-0009-2 TSK-0010-1"
)


@pytest.mark.parametrize("number", PRINTED.split())
def test_printed_numbers_carry_their_check_digit(number):
    code, digits, _ = number.split("-")
    assert card_number(code, int(digits)) == number
    assert read_number(number, "OWS") == number


@pytest.mark.parametrize(
    "typed", ["tsk-0001-3", "TSK 0001 3", "ＴＳＫ－０００１－３", "TSK00013", "00013", "0001ー3", " 0001-3 "]
)
def test_a_number_is_read_however_it_is_typed(typed):
    assert read_number(typed, "TSK") == "TSK-0001-3"


@pytest.mark.parametrize("typed", ["", "TSK-0001-4", "0013", "TSK-0010-3", "うめ", "TSKX-0001-3", "1"])
def test_what_does_not_check_is_no_number(typed):
    assert read_number(typed, "TSK") is None


def test_every_single_slip_and_every_swap_is_noticed():
    for serial in (1, 27, 905, 4321, 12345):
        digits = f"{serial:04}"
        whole = digits + str(check_digit(digits))
        assert check_digit(whole) == 0
        for i, digit in enumerate(whole):
            for other in set("0123456789") - {digit}:
                assert check_digit(whole[:i] + other + whole[i + 1 :]) != 0
            swapped = whole[:i] + whole[i + 1 : i + 2] + digit + whole[i + 2 :]
            assert swapped == whole or check_digit(swapped) != 0


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ミホン うめ", "みほんうめ"),
        ("ﾐﾎﾝ", "みほん"),
        ("みほん　うめ", "みほんうめ"),
        ("ツキガセ", "つきがせ"),
        ("月ヶ瀬", "月け瀬"),
        ("O’Brien", "o’brien"),
    ],
)
def test_yomi_is_compared_as_hiragana(typed, folded):
    assert hiragana(typed) == folded
