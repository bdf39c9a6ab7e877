"""What browsers get: names that change with the content, packed answers, nothing left behind."""

import gzip
import json
import re

import brotli
import pytest

from app.web import assets


@pytest.fixture
def root(tmp_path):
    """A small tree with two style files, two modules that import each other's neighbour, and a picture."""
    for path, text in {
        "static/css/bundles.json": json.dumps({"app.css": ["base.css", "button.css"], "door.css": ["base.css"]}),
        "static/css/base.css": "/* why */\nbody {\n  margin: 0;\n}\n",
        "static/css/button.css": ".button {\n  border: 0;\n}\n",
        "static/js/app.js": 'import { hide } from "./hide.js";\nhide();\n',
        "static/js/hide.js": "export const hide = () => {};\n",
        "static/pictures/rice.svg": "<svg/>",
        "node_modules/htmx.org/dist/htmx.min.js": "var htmx;\n//# sourceMappingURL=htmx.min.js.map\n",
        "node_modules/uqr/dist/index.mjs": "export {};",
        "node_modules/qr-scanner/qr-scanner.min.js": 'import("./qr-scanner-worker.min.js");',
        "node_modules/qr-scanner/qr-scanner-worker.min.js": "export {};",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def built(root):
    folder = root / "static" / "built"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def read(root, name):
    return (root / "static" / "built" / assets.build(root)[name]).read_text()


def test_a_style_sheet_is_its_files_in_order_without_comments(root):
    assert read(root, "app.css") == "body {\nmargin: 0;\n}\n.button {\nborder: 0;\n}"
    assert read(root, "door.css") == "body {\nmargin: 0;\n}"


def test_modules_find_each_other_and_the_scanner_its_worker(root):
    files = assets.build(root)
    folder = files["app.js"].removesuffix("/app.js")
    assert files["hide.js"] == f"{folder}/hide.js"
    assert files["vendor/qr-scanner-worker.min.js"] == f"{folder}/vendor/qr-scanner-worker.min.js"


def test_each_text_is_packed_both_ways(root):
    for path in assets.build(root).values():
        file = root / "static" / "built" / path
        assert brotli.decompress(file.with_name(f"{file.name}.br").read_bytes()) == file.read_bytes()
        assert gzip.decompress(file.with_name(f"{file.name}.gz").read_bytes()) == file.read_bytes()


def test_no_script_names_a_map_that_is_not_there(root):
    assert read(root, "htmx.js") == "var htmx;\n"


def test_a_change_renames_what_it_touches_and_removes_the_old(root):
    before = assets.build(root)
    (root / "static/css/button.css").write_text(".button { border: 1px solid; }")
    after = assets.build(root)
    assert {name for name in before if before[name] != after[name]} == {"app.css"}
    wanted = {f"{path}{suffix}" for path in after.values() for suffix in ("", ".br", ".gz")}
    assert built(root) == wanted | {"manifest.json"}


def test_a_changed_module_moves_all_modules_together(root):
    before = assets.build(root)
    (root / "static/js/hide.js").write_text("export const hide = () => 1;\n")
    after = assets.build(root)
    assert before["app.js"] != after["app.js"]
    assert before["htmx.js"] == after["htmx.js"]


def test_nothing_is_written_if_nothing_changed(root):
    assets.build(root)
    written = {path: path.stat().st_mtime_ns for path in (root / "static/built").rglob("*")}
    assets.build(root)
    assert {path: path.stat().st_mtime_ns for path in (root / "static/built").rglob("*")} == written


# --- as served ----------------------------------------------------------------------------------------------

once = pytest.mark.once


@once
@pytest.mark.parametrize(
    ("accepted", "encoding"), [("br, gzip", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", None)]
)
def test_an_answer_is_packed_as_the_browser_likes_it(client, accepted, encoding):
    response = client.get(assets.url("app.css"), headers={"Accept-Encoding": accepted})
    assert response.status_code == 200
    assert response.content_encoding == encoding
    assert "Accept-Encoding" in response.vary
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert b"{" in unpack(response.data)


@once
def test_an_answer_is_kept_for_a_year(client):
    response = client.get(assets.url("app.css"))
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.content_type == "text/css; charset=utf-8"
    assert re.fullmatch(r"/static/built/app\.[0-9a-f]{12}\.css", assets.url("app.css"))


@once
def test_scripts_have_the_type_that_modules_need(client):
    assert client.get(assets.url("htmx.js")).content_type == "text/javascript; charset=utf-8"


@once
@pytest.mark.parametrize(
    "path", ["manifest.json", "app.css", "../css/base.css", "%2e%2e/css/base.css", "x/../../../wsgi.py"]
)
def test_nothing_else_is_served(client, path):
    assert client.get(f"/static/built/{path}").status_code in (404, 308)


def test_an_unknown_name_is_an_error_not_a_broken_link():
    with pytest.raises(LookupError, match=r"nobody\.css"):
        assets.url("nobody.css")
