"""The page at its address, for whom it is there; the sheet, the check, the text; the office's two steps."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest

from app.certificates import queries, service
from app.certificates.models import Certificate
from app.db import db, transaction, uuid7
from app.members.models import Membership
from tests import factories
from tests.client import Client
from tests.records.conftest import TODAY, Hamlet
from tests.shops.factories import proof

NEW, MINE, ALL = "/tsk/certificates/new", "/tsk/certificates", "/tsk/certificates/all"


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


@pytest.fixture
def sora(hamlet: Hamlet) -> Membership:
    """A friend who lives elsewhere, with three hours of a project."""
    who = hamlet.member(name="空想 そら", kind="friend")
    project = hamlet.project("英語パンフレット", title_en="Leaflet in English")
    hamlet.worked(who, TODAY, 180, project_id=project.id, place="remote", what="うめさんの話の英訳")
    return who


def pages(made: Certificate) -> list[str]:
    here = f"/tsk/certificates/{made.code}"
    return [f"/C/{made.code}", f"/c/{made.code.lower()}", f"{here}/sheet", f"{here}/text"]


def checked(made: Certificate) -> str:
    return f"/tsk/certificates/check/{made.serial}"


def send(client: Client, **fields: str) -> Any:
    typed = {"what": "year-2026", "visibility": "link", "named": "name", "key": uuid7()} | fields
    return client.post(MINE, data=typed)


def show_to(hamlet: Hamlet, made: Certificate, visibility: str) -> None:
    whose = db.session.get_one(Membership, made.membership_id)
    with transaction():
        service.show_to(region=hamlet.region, certificate_id=made.id, by=whose, visibility=visibility, at=hamlet.at)


def revoke(hamlet: Hamlet, made: Certificate) -> None:
    with transaction():
        who: dict[str, Any] = {"by": hamlet.second, "key": uuid7(), "reason": "日が ちがいました", "at": hamlet.at}
        service.revoke(region=hamlet.region, certificate_id=made.id, **who)


# --- making one ---------------------------------------------------------------------------------------------


def test_nothing_need_be_typed(hamlet: Hamlet, sora: Membership, client: Client) -> None:
    mine = hamlet.enter(sora)
    assert f'href="{NEW}"' in mine.get("/tsk/my-record").text
    form = mine.get(NEW)
    assert re.findall(r'value="([^"]+)" checked', form.text) == ["year-2026", "link", "name"]
    assert "2026年度 3時間 · 1回" in text(form) and "英語パンフレット" in text(form)
    answer = send(mine)
    assert answer.status_code == 303 and re.fullmatch(r"/C/[0-9A-Z]{8}", answer.headers["Location"])
    said = text(mine.get(answer.headers["Location"]))
    assert "活動証明を つくりました。番号は TSK-2026-0001 です。" in said and "だれが 見られますか" in said
    stranger = client.get(answer.headers["Location"])
    assert stranger.status_code == 200
    said = text(stranger)
    for words in ("活動証明書 TSK-2026-0001", "空想 そら", "英語パンフレット", "3時間", "住民の会員", "令和8年度"):
        assert words in said
    assert not [name for name in ("二番", "うめさん", "だれが 見られますか") if name in said]


def test_the_form_keeps_what_was_typed_and_says_what_to_do(hamlet: Hamlet, sora: Membership) -> None:
    mine = hamlet.enter(sora)
    empty = send(mine, what="days")
    assert empty.status_code == 422 and text(empty).count("日にちを えらんでください。") == 2 and " open>" in empty.text
    turned = send(mine, what="days", first="2026-11-28", last="2026-11-01")
    assert "おわりは、はじまりより あとにしてください。" in text(turned) and 'value="2026-11-28"' in turned.text
    assert "きょうまでの" in text(send(mine, what="days", first="2026-11-28", last="2026-11-29"))
    none = send(mine, what="days", first="2026-11-01", last="2026-11-02", visibility="public")
    assert none.status_code == 422 and "その中に 確認された活動が ありません。" in text(none)
    assert 'value="public" checked' in none.text
    for wrong in ({"what": "project-999"}, {"what": "year-2020"}, {"visibility": "all"}, {"named": "x"}):
        assert send(mine, **wrong).status_code == 422
    assert queries.page(hamlet.region)[0] == []


def test_days_and_own_words(hamlet: Hamlet, sora: Membership) -> None:
    mine = hamlet.enter(sora)
    answer = send(mine, what="days", first="2026-11-01", last="2026-11-28", words="1", named="number")
    said = text(mine.get(answer.headers["Location"]))
    assert "うめさんの話の英訳" in said and "2026年11月1日(日) から 2026年11月28日(土) まで" in said
    assert sora.number in said and "空想" not in said


def test_without_confirmed_hours_there_is_a_way_to_some(hamlet: Hamlet) -> None:
    who = hamlet.member()
    hamlet.worked(who, state="waiting")
    mine = hamlet.enter(who)
    assert "確認された活動が まだ ありません。 活動を 記録する" in text(mine.get(NEW))
    assert "まだ 活動証明が ありません。 活動証明を つくる" in text(mine.get(MINE))
    assert send(mine).status_code == 422


def test_a_double_tap_leads_to_the_same(hamlet: Hamlet, sora: Membership) -> None:
    mine, key = hamlet.enter(sora), uuid7()
    assert send(mine, key=key).headers["Location"] == send(mine, key=key).headers["Location"]
    assert len(queries.page(hamlet.region)[0]) == 1


def test_a_stranger_makes_none_and_lists_none(hamlet: Hamlet, sora: Membership, issue: Any, client: Client) -> None:
    issue(sora)
    for address in (NEW, MINE, ALL):
        assert client.get(address).headers["Location"].startswith("/sign-in")
    other = hamlet.enter(hamlet.member())
    assert "TSK-2026-0001" not in other.get(MINE).text and other.get(ALL).status_code == 403


# --- who sees it --------------------------------------------------------------------------------------------


def test_private_is_not_there_but_for_her_and_the_office(
    hamlet: Hamlet, sora: Membership, issue: Any, client: Client
) -> None:
    made, owner = issue(sora), hamlet.enter(sora)
    others = [client, hamlet.enter(hamlet.member()), hamlet.enter(hamlet.member(), "auditor")]
    office = hamlet.enter(hamlet.member(), "office")
    for visibility, there in (("link", 200), ("private", 404), ("public", 200), ("private", 404)):
        show_to(hamlet, made, visibility)
        for address in [*pages(made), checked(made)]:
            assert [one.get(address).status_code for one in others] == [there] * 3, (visibility, address)
            assert owner.get(address).status_code == office.get(address).status_code == 200
    nothing = client.get("/C/ZZZZZZZZ")
    assert text(client.get(f"/C/{made.code}")) == text(nothing)


def test_she_changes_who_sees_it_and_nobody_else_does(hamlet: Hamlet, sora: Membership, issue: Any) -> None:
    made = issue(sora)
    change = f"/tsk/certificates/{made.code}/audience"
    answer = hamlet.enter(sora).post(change, data={"visibility": "private", "key": uuid7()})
    assert answer.headers["Location"] == f"/C/{made.code}"
    for other in (hamlet.enter(hamlet.member()), hamlet.enter(hamlet.member(), "office")):
        assert other.post(change, data={"visibility": "public", "key": uuid7()}).status_code == 404
        assert "だれが 見られますか" not in text(other.get(f"/C/{made.code}"))
    assert queries.one(hamlet.region, id=made.id).visibility == "private"


def test_search_engines_keep_public_ones_only(hamlet: Hamlet, sora: Membership, issue: Any, client: Client) -> None:
    made = issue(sora)
    for visibility, kept in (("link", False), ("public", True)):
        show_to(hamlet, made, visibility)
        for address in pages(made):
            assert (client.get(address).headers.get("X-Robots-Tag") is None) == kept
        assert ('content="noindex"' in client.get(f"/C/{made.code}").text) != kept
        assert client.get(checked(made)).headers["X-Robots-Tag"] == "noindex"
    revoke(hamlet, made)
    assert client.get(f"/C/{made.code}").headers["X-Robots-Tag"] == "noindex"


def test_another_regions_address_has_none_of_it(hamlet: Hamlet, sora: Membership, issue: Any, client: Client) -> None:
    made = issue(sora)
    factories.world("ows", at=hamlet.at)
    for address in [*pages(made)[2:], checked(made)]:
        assert client.get(address).status_code == 200
        assert client.get(address.replace("/tsk/", "/ows/")).status_code == 404


# --- checking it --------------------------------------------------------------------------------------------


def test_its_serial_says_valid_and_nothing_of_the_person(
    hamlet: Hamlet, sora: Membership, issue: Any, client: Client
) -> None:
    made = issue(sora)
    issue(sora)
    said = text(client.get(checked(made)))
    assert "ほんものの 証明です" in said and made.hash[:16] in said
    assert "中身と しるしが あっています。" in said and "2枚の 証明が、はじめから おわりまで つながっています。" in said
    page = client.get(checked(made)).text
    assert not [word for word in ("空想", sora.number, "3時間", made.code, "英語パンフレット") if word in page]
    show_to(hamlet, made, "public")
    assert f"/C/{made.code}" in client.get(checked(made)).text


@pytest.mark.parametrize("typed", ["TSK-2026-0001", "tsk２０２６ 0001", "TSK-2026-OOO1"])
def test_a_serial_is_typed_into_the_one_box(
    hamlet: Hamlet, sora: Membership, issue: Any, client: Client, typed: str
) -> None:
    made = issue(sora)
    answer = client.post("/n", data={"number": typed})
    assert answer.status_code == 303 and answer.headers["Location"] == checked(made)
    assert client.post("/n", data={"number": made.code}).headers["Location"] == f"/C/{made.code}"
    show_to(hamlet, made, "private")
    assert client.post("/n", data={"number": typed}).status_code == 422
    assert client.post("/n", data={"number": "TSK-2026-0009"}).status_code == 422


def test_anybody_works_the_hash_out_again(hamlet: Hamlet, sora: Membership, issue: Any, client: Client) -> None:
    made, second = issue(sora), issue(sora)
    told = [client.get(pages(one)[3]).json for one in (made, second)]
    for one in told:
        assert hashlib.sha256(f"{one['previous_hash']}\n{one['text']}".encode()).hexdigest() == one["hash"]
    assert told[1]["previous_hash"] == told[0]["hash"] == made.hash and told[0]["revoked_at"] is None


def test_a_text_that_was_changed_is_found_out(
    hamlet: Hamlet, sora: Membership, issue: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, second = issue(sora), issue(sora)
    whole = list(queries.chain(hamlet.region))
    forged = [whole[0]._replace(text=whole[0].text.replace("180", "980")), whole[1]]
    monkeypatch.setattr(queries, "chain", lambda _region: iter(forged))
    said = text(client.get(checked(second)))
    assert "1ばんめの 証明で つながりが 切れています。" in said and "ほんものの 証明です" in said
    assert made.text != forged[0].text


# --- afterwards ---------------------------------------------------------------------------------------------


def test_what_was_put_right_is_told_beside_it(hamlet: Hamlet, sora: Membership, issue: Any, client: Client) -> None:
    wrong = hamlet.worked(sora, TODAY, 60)
    made = issue(sora)
    assert "このあと 直されました" not in text(client.get(f"/C/{made.code}"))
    hamlet.taken_back(wrong)
    for address in pages(made)[:3]:
        said = text(client.get(address))
        assert "このあと 直されました" in said and "4時間" in said
        assert "いまの時間は 無償 3時間、有償 0時間 です。" in said


def test_revoked_it_stays_and_says_so_even_if_private(
    hamlet: Hamlet, sora: Membership, issue: Any, client: Client
) -> None:
    made = issue(sora)
    revoke(hamlet, made)
    for address in pages(made)[:3]:
        assert "この証明は とりけされました · 2026年11月28日(土)" in text(client.get(address))
    assert "日が ちがいました" in text(client.get(f"/C/{made.code}"))
    assert client.get(pages(made)[3]).json["revoked_at"]
    show_to(hamlet, made, "private")
    assert client.get(f"/C/{made.code}").status_code == 404
    said = text(client.get(checked(made)))
    assert "とりけされた 証明です" in said and "空想" not in said and "日が ちがいました" not in said
    assert client.post("/n", data={"number": made.serial}).status_code == 303


def test_the_office_revokes_in_two_steps(hamlet: Hamlet, sora: Membership, issue: Any) -> None:
    made = issue(sora)
    office = hamlet.enter(hamlet.member(), "office")
    assert "空想 そら" in text(office.get(ALL))
    address = f"/tsk/certificates/{made.code}/revocation"
    fields = {"key": uuid7(), "proof": proof(office, address)}
    assert office.post(address, data=fields | {"reason": " "}).status_code == 422
    sure = office.post(address, data=fields | {"reason": "日が ちがいました"})
    assert sure.status_code == 200 and "ほんとうに とりけしますか" in text(sure)
    assert queries.one(hamlet.region, id=made.id).revocation is None
    last = fields | {"reason": "日が ちがいました", "sure": "1"}
    assert [office.post(address, data=last).status_code for _ in range(2)] == [303, 303]
    assert "証明 TSK-2026-0001 を とりけしました。" in text(office.get(ALL))
    assert office.get(address).location.endswith(f"/C/{made.code}")
    assert office.post(address, data=last | {"key": uuid7()}).status_code == 409


def test_only_the_office_revokes(hamlet: Hamlet, sora: Membership, issue: Any, client: Client) -> None:
    made = issue(sora)
    address = f"/tsk/certificates/{made.code}/revocation"
    for other in (hamlet.enter(sora), hamlet.enter(hamlet.member(), "auditor")):
        assert other.get(address).status_code == 403
        assert other.post(address, data={"key": uuid7(), "reason": "x", "sure": "1"}).status_code == 403
    assert client.get(address).status_code == 303
    assert queries.one(hamlet.region, id=made.id).revocation is None


def test_english_reads_english(hamlet: Hamlet, sora: Membership, issue: Any, client: Client) -> None:
    made = issue(sora)
    client.set_cookie("language", "en")
    said = text(client.get(f"/C/{made.code}"))
    assert "Activity certificate" in said and "Leaflet in English" in said and "3 h" in said
    for language in ("ja", "en"):
        client.set_cookie("language", language)
        japanese, english = client.get(pages(made)[2]).text.split('certificate-en" lang="en">')
        assert "活動証明書" in japanese and "英語パンフレット" in japanese and 'certificate-ja" lang="ja">' in japanese
        assert "Activity certificate" in english and "Leaflet in English" in english
