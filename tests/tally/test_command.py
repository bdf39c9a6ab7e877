"""By the command line, without any library but Python's own; and what is wrong is said in one sentence."""

import ast
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.tally import ALIASES, METHODS, BadElection, __doc__, method_named, reading, tally
from app.tally.__main__ import main

pytestmark = pytest.mark.rules
ROOT = Path(__file__).resolve().parents[2]
IRV = {"method": "irv", "options": ["A", "B"], "ballots": [[3, ["A", "B"]], [2, ["B"]]]}
ALONE = ("-I", "-S")  # no packages, no environment


def python(*arguments, given=None, folder=ROOT):
    text = json.dumps(given) if isinstance(given, dict) else given
    done = subprocess.run([sys.executable, *arguments], input=text, capture_output=True, text=True, cwd=folder)
    return done.returncode, done.stdout, done.stderr


def test_counts_a_file_and_standard_input(tmp_path):
    (tmp_path / "vote.json").write_text(json.dumps(IRV))
    found = python("-m", "app.tally", "count", str(tmp_path / "vote.json"))
    assert found == python("-m", "app.tally", "count", "-", given=IRV)
    status, text, complaint = found
    result = json.loads(text)
    assert status == 0 and not complaint and result["winners"] == ["A"] and result["ties"] == []
    assert result["rounds"][0]["needed"] == "5/2"


def test_runs_where_only_python_is_installed():
    run = "import runpy, sys; sys.path.insert(0, '.'); runpy.run_module('app.tally', run_name='__main__')"
    status, text, complaint = python(*ALONE, "-c", run, "count", "-", given=IRV)
    assert status == 0 and json.loads(text)["winners"] == ["A"], complaint
    assert python(*ALONE, "-c", "import flask")[0] == 1


def test_imports_itself_and_pythons_own_library_alone():
    for path in (ROOT / "app" / "tally").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert {name.name.split(".")[0] for name in node.names} <= sys.stdlib_module_names, path
            elif isinstance(node, ast.ImportFrom) and not node.level:
                assert str(node.module).split(".")[0] in sys.stdlib_module_names, path


def test_the_folder_runs_copied_out_alone(tmp_path):
    shutil.copytree(ROOT / "app" / "tally", tmp_path / "auditor", ignore=shutil.ignore_patterns("__pycache__"))
    for how in (("auditor",), (str(tmp_path / "auditor"),)):
        status, text, complaint = python(*ALONE, *how, "count", "-", given=IRV, folder=tmp_path)
        assert status == 0 and json.loads(text)["winners"] == ["A"], complaint
    assert python("-S", "-m", "auditor", "count", "-", given=IRV, folder=tmp_path)[0] == 0


def test_help_explains_every_method_and_rule():
    status, text, _ = python("-m", "app.tally", "--help")
    assert status == 0
    words = (
        "threshold",
        "quorum",
        "majority",
        "limit",
        "credits",
        "utility",
        "completion",
        "lots",
        "open_ties",
        "step",
    )
    for word in (*METHODS, *words):
        assert word in text and word in __doc__


def test_every_method_has_the_names_people_call_it_by():
    assert {method_named(alias) for alias in ALIASES} <= set(METHODS)
    for name, meant in (("Yes-No", "yes_no"), ("FPTP", "choose_one"), ("ranked", "schulze"), ("MES", "equal_shares")):
        assert method_named(name) == meant


BAD = {
    "": "cannot be read at character 0",
    "[]": "must be one JSON object",
    "{}": "«method» is missing",
    '{"method": "irv"}': "«ballots» is missing",
    '{"method": "irv", "ballots": [], "x": 1}': "«x» is not known",
    '{"method": "irv", "ballots": [], "ballots": []}': "«ballots» stands twice",
    '{"method": "guess", "ballots": []}': "The method must be one of: yes_no",
    '{"method": "irv", "options": [], "ballots": []}': "at least one option",
    '{"method": "irv", "options": ["A", "A"], "ballots": []}': "«A» stands there twice",
    '{"method": "irv", "options": [5], "ballots": []}': "list of names",
    '{"method": "irv", "options": ["A"], "ballots": {}}': "must be a list of pairs",
    '{"method": "irv", "options": ["A"], "ballots": [["A"]]}': "Ballot 1 is not a pair",
    '{"method": "irv", "options": ["A"], "ballots": [[1, ["A"]], [1, ["B"]]]}': "Ballot 2 names «B»",
    '{"method": "irv", "options": ["A"], "ballots": [[1, ["A", ["A"]]]]}': "Ballot 1 names an option twice",
    '{"method": "irv", "options": ["A"], "ballots": [[1, [5]]]}': "names «5»",
    '{"method": "irv", "options": ["A"], "ballots": [[1, [{}]]]}': "not the name of an option",
    '{"method": "irv", "options": ["A"], "ballots": [[1, 5]]}': "must be a list of ranks",
    '{"method": "irv", "options": ["A"], "ballots": [[-1, ["A"]]]}': "Ballot 1 has a count",
    '{"method": "irv", "options": ["A"], "ballots": [[1.0, ["A"]]]}': "Ballot 1 has a count",
    '{"method": "irv", "options": ["A"], "ballots": [[true, ["A"]]]}': "Ballot 1 has a count",
    '{"method": "irv", "options": ["A"], "ballots": [[9999999999999999, ["A"]]]}': "Ballot 1 has a count",
    '{"method": "irv", "options": ["A"], "ballots": [[1e3, ["A"]]]}': "1e3 must be written out",
    '{"method": "irv", "options": ["A"], "ballots": [[NaN, ["A"]]]}': "NaN is not a number",
    '{"method": "irv", "options": ["A"], "ballots": [[' + "9" * 5000 + ', ["A"]]]}': "far too long",
    '{"method": "irv", "options": ["A"], "ballots": [], "seats": 0}': "number of seats",
    '{"method": "irv", "options": ["A"], "ballots": [], "seats": 2}': "irv fills one seat",
    '{"method": "irv", "options": ["A"], "ballots": [], "rule": []}': "rule must be an object",
    '{"method": "yes_no", "ballots": [[1, "perhaps"]]}': "must say «yes», «no» or «abstain»",
    '{"method": "consent", "ballots": [[1, {"objection": " "}]]}': "objects without a reason",
    '{"method": "choose_one", "options": ["A", "B"], "ballots": [[1, ["A", "B"]]]}': "more than one option",
    '{"method": "approval", "options": ["A"], "ballots": [[1, ["A", "A"]]]}': "names an option twice",
    '{"method": "approval", "options": ["A", "B"], "ballots": [[1, ["A", "B"]]], "rule": {"limit": 1}}': "more than 1",
    '{"method": "score", "options": ["A"], "ballots": [[1, {"A": 6}]]}': "score outside 0 to 5",
    '{"method": "score", "options": ["A"], "ballots": [[1, {"A": -1}]]}': "score outside 0 to 5",
    '{"method": "score", "options": ["A"], "ballots": [[1, {"A": 2.5}]]}': "not whole",
    '{"method": "score", "options": ["A"], "ballots": [[1, {"A": 1, "A": 2}]]}': "«A» stands twice",
    '{"method": "quadratic", "options": ["A"], "ballots": [[1, {"A": -11}]]}': "costs more than 100 credits",
    '{"method": "budget", "options": ["A"], "ballots": []}': "The budget is missing",
    '{"method": "budget", "options": ["A"], "ballots": [], "budget": 5}': "«A» has no cost",
    '{"method": "yes_no", "ballots": []} x': "goes on after its end",
    "[" * 100_000: "lists within lists",
    '{"method": "irv", "options": ["\\ud800"], "ballots": []}': "list of names",
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_wrong_is_one_sentence(text, tmp_path, capsysbinary):
    (tmp_path / "vote.json").write_text(text)
    assert main(["count", str(tmp_path / "vote.json")]) == 2
    said = capsysbinary.readouterr()
    assert not said.out and BAD[text] in said.err.decode() and said.err.count(b"\n") == 1


def test_files_that_cannot_be_read(tmp_path, capsys):
    assert main(["count", str(tmp_path / "none.json")]) == 2
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    assert main(["count", str(tmp_path / "bytes.json")]) == 2
    assert capsys.readouterr().err.splitlines()[1] == "The file is not text in UTF-8."


def test_rules_that_say_more_are_counted_and_named():
    found = reading.election(b'{"method": "yes_no", "ballots": [[1, "yes"]], "rule": {"treshold": "2/3"}}')
    assert tally(found).details["unread"] == ["treshold"]


@pytest.mark.parametrize("text", BAD)
def test_large_files_are_refused_for_the_same_reasons(text, monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 0)
    with pytest.raises(BadElection) as fault:
        tally(reading.election(text.encode()))
    others = ("must be one JSON object", "cannot be read at character", "goes on after its end")
    assert any(reason in str(fault.value) for reason in (BAD[text], *others))


def test_large_files_are_read_ballot_by_ballot(monkeypatch):
    chance = random.Random(3)
    options = list("ABCDE")
    ballots = [[chance.randint(0, 3), chance.sample(options, chance.randint(0, 5))] for _ in range(200)]
    for order in (["method", "ballots", "options"], ["ballots", "options", "method"]):
        given = {"method": "schulze", "options": options, "ballots": ballots}
        text = json.dumps({key: given[key] for key in order}, indent=order.index("ballots")).encode()
        whole = tally(reading.election(text)).as_dict()
        with monkeypatch.context() as small:
            small.setattr(reading, "AT_ONCE", 0)
            election = reading.election(text)
            assert not isinstance(election.ballots, list) and tally(election).as_dict() == whole


def test_random_changes_never_end_in_a_traceback():
    """Every character of a file changed, taken out or doubled: it is counted, or refused with a sentence."""
    text = json.dumps(IRV | {"seats": 1, "rule": {"lots": {"seed": "x"}}})
    chance = random.Random(11)
    for place in range(len(text)):
        for put in ("", text[place] * 2, chance.choice('[]{}",:0-.eé\\')):
            try:
                tally(reading.election((text[:place] + put + text[place + 1 :]).encode()))
            except BadElection as fault:
                assert str(fault).endswith(".")


JUNK = (None, -1, 0, "x", "", [], {}, True, [[]], [None], {"A": []}, {"kind": []}, 10**15)
BALLOTS = {"yes_no": "yes", "consent": {"objection": "why"}, "choose_one": "A"}
RULE = {
    "threshold": "1/2", "majority": "1/2", "runoff": True, "limit": 2, "max": 5, "credits": 9, "utility": "cost",
    "completion": "add1", "step": 1, "lots": {"order": ["A", "B"]}, "roll": 9,
    "quorum": {"kind": "attendance", "share": "1/2", "present": 1},
}  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_junk_in_any_place_is_counted_or_refused(method):
    points = {"score": {"A": 3}, "star": {"A": 3}, "quadratic": {"A": -3}}
    ballot = (BALLOTS | points).get(method, ["A", "B"])
    right = {"method": method, "seats": 1, "options": ["A", "B"], "ballots": [[3, ballot], [2, None]], "rule": RULE}
    right |= {"costs": {"A": 3, "B": 2}, "budget": 4}
    for path in [(), *paths(right)]:
        for junk in JUNK:
            try:
                tally(reading.election(json.dumps(replaced(right, path, junk)).encode())).as_dict()
            except BadElection as fault:
                assert str(fault).endswith(".")


def paths(data, path=()):
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


def replaced(data, path, junk):
    """The same data with something else in one place."""
    if not path:
        return junk
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    found = {key: replaced(value, path[1:], junk) if key == path[0] else value for key, value in pairs}
    return found if isinstance(data, dict) else list(found.values())
