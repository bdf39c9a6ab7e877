"""The logbook: one text and one photo, which says nothing of where it was taken; taken back, or removed in sight."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.db import db, transaction, uuid7
from app.home.service import give_duties
from app.projects.models import LogEntry
from app.web.photos import keeping, making
from tests.ledger.threads import together

BOARD = "/tsk/projects"
GPS, MAKE = 0x8825, 0x010F
CAMERA = "SECRET-CAMERA-MAKER"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "_folder", tmp_path / "pictures")
    return tmp_path / "pictures"


def photo(size=(300, 200), colour=(90, 140, 80)):
    """As a phone sends it: with the place and the camera."""
    exif, file = Image.Exif(), BytesIO()
    exif[MAKE] = CAMERA
    exif.get_ifd(GPS).update({1: "N", 2: (34.0, 42.0, 31.0)})
    Image.new("RGB", size, colour).save(file, "JPEG", exif=exif.tobytes())
    return file.getvalue()


def write(client, project, *, sent=None, **form):
    told = {"key": uuid7(), "words": "下草を かりました", **form}
    if sent is not None:
        told |= {"photo": FileStorage(BytesIO(sent), "IMG_0001.jpg")}
    boundary, body = encode_multipart(told)  # in memory, whatever its size
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(f"{BOARD}/{project.id}/log", data=body, content_type=kind)


def remove(client, project, entry):
    return client.post(f"{BOARD}/{project.id}/log/{entry.id}/removal")


def one():
    db.session.expire_all()
    return db.session.query(LogEntry).one()


@pytest.fixture
def steward(place, phone, sora, at):
    with transaction():
        give_duties(region=place.region, membership=sora, roles=("steward",), at=at)
    return phone(sora)


def test_an_entry_is_read_by_everybody_and_its_writer_named_to_members(project, client, app, una, phone, clock):
    later = clock.move(days=3)
    answer = write(client, project)
    assert answer.status_code == 303 and "日誌に 書きました" in client.get(answer.location).text
    public = app.test_client().get(f"{BOARD}/{project.id}/log").text
    assert "下草を かりました" in public and "試田 みのる" not in public and "日誌を 書く" not in public
    assert "試田 みのる" in phone(una).get(f"{BOARD}/{project.id}/log").text
    assert "下草を かりました" in app.test_client().get(f"{BOARD}/{project.id}").text
    db.session.expire_all()
    assert db.session.get(type(project), project.id).active_at == later


def test_double_tap_and_many_phones_are_one_entry(app, project, place, lead, at):
    from app.projects.logbook import service

    key = uuid7()
    told = {"region": place.region, "project_id": project.id, "by": lead, "roles": set(), "key": key, "words": "x"}

    def act(_number):
        with transaction():
            return service.write(**told, at=at).id

    db.session.commit()
    assert len(set(together(app, 8, act))) == 1 and db.session.query(LogEntry).count() == 1


def test_the_photo_tells_nothing_of_its_place(project, client, app, folder):
    sent = photo()
    assert CAMERA.encode() in sent
    key = uuid7()
    for _ in range(2):
        assert write(client, project, sent=sent, photo_words="かった草の山", key=key).status_code == 303
    name = one().photo
    kept = (folder / f"{name}.jpg").read_bytes()
    assert CAMERA.encode() not in kept and b"Exif" not in kept
    with Image.open(BytesIO(kept)) as opened:
        assert not opened.getexif() and not opened.getexif().get_ifd(GPS)
    page = app.test_client().get(f"{BOARD}/{project.id}/log").text
    assert f'src="/pictures/{name}.jpg"' in page and 'alt="かった草の山"' in page
    assert app.test_client().get(f"/pictures/{name}.jpg").content_type == "image/jpeg"


@pytest.mark.parametrize(("form", "sent", "field"), [
    ({"words": " "}, None, "words"),
    ({"words": "あ" * 1001}, None, "words"),
    ({}, photo(), "photo_words"),
    ({"photo_words": "草の山"}, None, "photo"),
    ({"photo_words": "草の山"}, b"<svg/>", "photo"),
    ({"photo_words": "草の山", "words": ""}, photo(), "photo"),
    ({"photo_words": "草の山"}, photo() + b"\0" * making.MOST_BYTES, "photo"),
])  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_the_text_stays(project, client, form, sent, field):
    answer = write(client, project, sent=sent, **form)
    assert answer.status_code == 422 and f'id="field-{field}-problem"' in answer.text
    assert "words" in form or "下草を かりました</textarea>" in answer.text
    assert db.session.query(LogEntry).count() == 0


def test_a_photo_far_too_large_is_not_even_read(project, client):
    answer = write(client, project, sent=b"\0" * (3 * making.MOST_BYTES), photo_words="x")
    assert answer.status_code == 422 and "写真が 大きすぎます" in answer.text


def test_a_photo_is_larger_than_other_forms_may_be(project, client):
    noise = Image.effect_noise((1500, 1100), 90).convert("RGB")
    file = BytesIO()
    noise.save(file, "JPEG", quality=98)
    assert 1 << 20 < len(file.getvalue()) < making.MOST_BYTES
    assert write(client, project, sent=file.getvalue(), photo_words="ざらざら").status_code == 303


def test_within_a_day_its_writer_takes_it_back_without_a_trace(project, client, folder, clock, app):
    write(client, project, sent=photo(), photo_words="草の山")
    name = one().photo
    clock.move(hours=23)
    for _ in range(2):
        assert remove(client, project, one()).status_code == 303
    assert one().words == "" and not (folder / f"{name}.jpg").exists()
    for path in ("", "/log"):
        page = app.test_client().get(f"{BOARD}/{project.id}{path}").text
        assert "下草を かりました" not in page and "とりけされました" not in page


def test_after_a_day_the_writer_asks_a_steward(project, client, steward, folder, clock, app):
    write(client, project, sent=photo(), photo_words="草の山")
    clock.move(hours=25)
    late = remove(client, project, one())
    assert late.status_code == 422 and "自分で とりけせるのは 1日まで" in late.text
    assert one().removed_at is None
    assert remove(steward, project, one()).status_code == 303 and one().words == "下草を かりました"


def test_what_a_steward_removes_leaves_a_trace(project, client, steward, folder, app):
    write(client, project, sent=photo(), photo_words="草の山")
    name = one().photo
    page = steward.get(f"{BOARD}/{project.id}/log").text
    assert "とりけす" in page
    assert remove(steward, project, one()).status_code == 303
    page = app.test_client().get(f"{BOARD}/{project.id}/log").text
    assert "とりけされました" in page and "下草を かりました" not in page and name not in page
    assert not (folder / f"{name}.jpg").exists()
    assert "下草を かりました" not in app.test_client().get(f"{BOARD}/{project.id}").text


def test_nobody_else_writes_or_removes(project, client, una, phone, app):
    write(client, project)
    stranger = phone(una)
    assert write(stranger, project).status_code == 403
    assert remove(stranger, project, one()).status_code == 403
    assert "とりけす" not in stranger.get(f"{BOARD}/{project.id}/log").text
    assert remove(app.test_client(), project, one()).status_code == 401
    assert one().removed_at is None


def test_the_sweep_leaves_the_photos_that_entries_name(project, client, folder, at):
    import os

    write(client, project, sent=photo(), photo_words="草の山")
    stray = keeping.keep(BytesIO(photo(size=(50, 40))))
    old = (at - timedelta(days=2)).timestamp()
    for path in folder.iterdir():
        os.utime(path, (old, old))
    assert keeping.sweep(at=at) == 1
    assert {path.stem for path in folder.iterdir()} == {one().photo} and stray != one().photo


def test_a_photo_that_another_entry_shows_too_stays(project, client, folder):
    for _ in range(2):
        write(client, project, sent=photo(), photo_words="草の山")
    first = db.session.query(LogEntry).first()
    name = first.photo
    remove(client, project, first)
    assert (folder / f"{name}.jpg").exists()


def test_it_goes_on_after_fifty(project, client, clock, monkeypatch):
    monkeypatch.setattr("app.projects.logbook.queries.PAGE", 2)
    for number in range(3):
        write(client, project, words=f"その{number}")
        clock.move(minutes=1)
    first = client.get(f"{BOARD}/{project.id}/log").text
    assert "その2" in first and "その0" not in first
    more = re.search(r'href="([^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    assert "その0" in client.get(more).text
