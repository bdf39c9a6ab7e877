"""What stands in no file of the project, and which words belong together."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from app.config import ROOT
from app.web.sentences import SENTENCES

REGISTRIES = [  # in parts, so that this file names none of them
    f"{name}.{end}"
    for name, end in (
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"),
        ("debian", "org"), ("ubuntu", "com"), ("docker", "io"), ("ghcr", "io"), ("jsdelivr", "net"), ("unpkg", "com"),
        ("cdnjs", "com"), ("googleapis", "com"), ("gstatic", "com"), ("crates", "io"), ("anaconda", "org"),
    )
]  # fmt: skip
PATHS = [f"/{name}/" for name in ("root", "work", "Users", "var/folders")]
PAPERS = re.compile(r"(?<![#\w.%\\])(?:F0\d|[PRF]\d{1,2}\.\d{1,2}|C1[0]|§\s?\d)(?![\w.])")
WORKING_WORDS = re.compile(
    r"\bissues? #?\d|\bpull request|\b(?:this|previous|next|last|earlier|our) session\b|\bsession \d"
    r"|\bTO" + r"DO\b|\bFIX" + r"ME\b|\bXX" + r"X\b|\bChat" + r"GPT|\bCla" + r"ude\b|\bAnth" + r"ropic|\bCop" + r"ilot"
    r"|\bLL" + r"M\b|\blanguage model|\bthe brief\b|\bas instructed\b|\bthe user asked",
    re.IGNORECASE,
)
OTHERS = ("LICENSE", "package-lock.json", "requirements")  # written elsewhere
PICTURES = (".png", ".webp", ".avif", ".ico", ".woff2", ".mo")
OWN_HOSTS = r"localhost|127\.0\.0\.1|0\.0\.0\.0|www\.w3\.org|(?:[\w-]+\.)*example|\{|%|\[|\$|\.\.\.|…"
RAISED = ("Refused", "Conflict", "Missing", "Forbidden", "TooMany", "DomainError")

pytestmark = pytest.mark.rules


@lru_cache
def files() -> dict[str, str]:
    """Everything that is, or would be, committed: {path: text}."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:  # a copy without its history
        names = [str(path.relative_to(ROOT)) for top in _tops() for path in top.rglob("*") if path.is_file()]
    else:
        names = listed.stdout.splitlines()
    paths = [ROOT / name for name in names if not name.endswith(PICTURES) and "__pycache__" not in name]
    return {str(path.relative_to(ROOT)): path.read_text() for path in paths if path.is_file()}


def _tops() -> list[Path]:
    return [ROOT / name for name in ("app", "bench", "deploy", "migrations", "static", "templates", "tests")]


def ours() -> dict[str, str]:
    return {name: text for name, text in files().items() if not name.startswith(OTHERS)}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for name, text in ours().items():
        if name.startswith("app/") and name.endswith(".py"):
            yield name, ast.parse(text)


def found(pattern: re.Pattern[str], texts: dict[str, str]) -> list[str]:
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1} {match[0]!r}"
        for name, text in texts.items()
        for match in pattern.finditer(text)
    ]


# --- words that do not belong here ---------------------------------------------------------------------------


def test_no_file_names_a_registry():
    assert found(re.compile("|".join(map(re.escape, REGISTRIES)), re.IGNORECASE), files()) == []


def test_no_file_names_a_place_on_somebodys_machine():
    assert found(re.compile("|".join(map(re.escape, PATHS))), ours()) == []


def test_no_file_quotes_the_numbers_of_the_papers_that_led_here():
    texts = {name: text for name, text in ours().items() if name.endswith((".py", ".md", ".toml", ".css", ".js"))}
    assert found(PAPERS, texts) == []


def test_the_project_speaks_of_itself_alone():
    assert found(WORKING_WORDS, ours()) == []


def test_pages_and_code_know_no_other_host():
    texts = {name: text for name, text in ours().items() if name.startswith(("app/", "templates/", "static/"))}
    assert found(re.compile(rf"(?:https?:)?//(?!{OWN_HOSTS})[a-z0-9-]+\.[a-z]{{2,}}"), texts) == []


# --- what no code does ---------------------------------------------------------------------------------------


def test_one_place_commits():
    texts = {name: text for name, text in ours().items() if name.startswith("app/") and name != "app/db.py"}
    assert found(re.compile(r"\.commit\("), texts) == []


def test_nothing_typed_is_believed_to_be_markup():
    templates = {name: text for name, text in ours().items() if name.startswith("templates/")}
    assert found(re.compile(r"\|\s*safe\b|autoescape|\bMarkup\b|\sstyle=|\son[a-z]+=|javascript:"), templates) == []
    code = {name: text for name, text in ours().items() if name.startswith("app/")}
    assert found(re.compile(r"render_template_string|\bpickle\b|\bmarshal\b|\byaml\.load|from_string\("), code) == []


MADE_SAFE = {
    "app/web/filters.py": 1,  # it escapes what it is given in the same line
    "app/web/layout.py": 2,  # the catalogue's words are ours, and so is a template's own output
    "app/web/pages.py": 1,  # a template of ours, rendered with its escapes
}


def test_markup_is_made_of_literals():
    made: dict[str, int] = {}
    for name, tree in trees():
        for node in ast.walk(tree):
            is_markup = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Markup"
            if is_markup and not isinstance(node.args[0], ast.Constant):
                made[name] = made.get(name, 0) + 1
    assert made == MADE_SAFE


def test_no_statement_is_put_together_from_text():
    """SQL is built of columns and bound values; text only for what has no value in it."""
    wrong = []
    for name, tree in trees():
        for node in ast.walk(tree):
            called = getattr(getattr(node, "func", None), "attr", "") if isinstance(node, ast.Call) else ""
            if (
                called in ("text", "exec_driver_sql", "execute")
                and node.args
                and isinstance(node.args[0], ast.JoinedStr)
            ):
                wrong.append(f"{name}:{node.lineno}")
    allowed = {"app/guards.py", "app/db.py"}  # names of tables and pragmas, from constants of the same file
    assert {one for one in wrong if one.partition(":")[0] not in allowed} == set()


# --- templates -----------------------------------------------------------------------------------------------


def test_no_template_is_left_over_and_none_is_missing():
    there = {name.removeprefix("templates/") for name in ours() if name.startswith("templates/")}
    named = {
        match[1]
        for name, text in ours().items()
        if name.startswith(("app/", "templates/"))
        for match in re.finditer(r"""["']((?:[\w-]+/)+[\w-]+\.html)["']""", text)
    }
    assert there - named == set(), "nobody shows these"
    assert named - there == set(), "these are not there"


def test_a_fragment_begins_with_its_root():
    """`_x.html` is one element with an id, so that htmx can put it where the old one was."""
    wrong = []
    for name, text in ours().items():
        if re.fullmatch(r"templates/(?!layouts|errors)\w+/_\w+\.html", name):
            plain = re.sub(r"\{#.*?#\}|\{%-? *(?:from|set|import) .*?%\}", "", text, flags=re.DOTALL).strip()
            first = re.match(r"<(\w+)([^>]*)>", plain)
            if not first or not re.search(r'\bid="[^"]+"', first[2]):
                wrong.append(f"{name}: {plain[:50]!r}")
    assert not wrong, "\n".join(wrong)


# --- sentences -----------------------------------------------------------------------------------------------


def said_codes() -> dict[str, str]:
    """Codes that the app refuses with, each with one place."""
    codes: dict[str, str] = {}
    for name, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            position = 1 if called in ("complain", "on_conflict") else 0
            if called in (*RAISED, "complain", "on_conflict", "sentence", "error_page") and len(node.args) > position:
                for one in _constants(node.args[position]):
                    codes.setdefault(one, f"{name}:{node.lineno}")
    return codes


def _constants(node: ast.expr) -> list[str]:
    """The text, or both texts of `"a" if x else "b"`."""
    parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def test_every_refusal_has_a_sentence():
    assert {code: place for code, place in said_codes().items() if code not in SENTENCES} == {}


def test_every_rule_that_answers_with_a_code_has_its_sentence():
    """`return "too_early"`, `return "full"`: what pure rules say no with."""
    answers = set()
    for name, tree in trees():
        for node in ast.walk(tree):
            if name.endswith("rules.py") and isinstance(node, ast.FunctionDef) and node.name == "refusal":
                returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
                answers |= {code for value in returned for code in _constants(value)}
    assert answers and answers <= set(SENTENCES)


def test_no_sentence_is_left_over():
    text = "".join(
        text for name, text in ours().items() if name.startswith("app/") and not name.endswith("sentences.py")
    )
    assert [code for code in SENTENCES if f'"{code}"' not in text] == []


def test_every_sentence_says_what_to_do_and_ends():
    """Plain, short and whole."""
    for code, lazy in SENTENCES.items():
        text = str(lazy)
        assert text.endswith("。") and 8 <= len(text) <= 80, code
