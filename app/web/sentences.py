"""What every refusal says: one plain sentence, and the next step in it. The code is all that services know."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

SENTENCES = {
    # requests
    "not_found": _l("そのページは ありません。"),
    "not_allowed": _l("この画面を使えるのは、係の人だけです。ホームへ もどってください。"),
    "foreign_request": _l("ほかのサイトから送られたようです。このページを開きなおして、もう一度おしてください。"),
    "form_expired": _l("ページが古くなりました。開きなおして、もう一度おしてください。"),
    "form_stale": _l("ページが古くなりました。開きなおして、もう一度おしてください。"),
    "field_twice": _l("同じらんが 2回送られました。ページを開きなおしてください。"),
    "too_many": _l("つづけて何度も送られました。%(seconds)s秒 待ってから、もう一度おしてください。"),
    "busy": _l("いま こみあっています。すこし待って、もう一度おしてください。"),
    "broken": _l("こちらの不具合です。もう一度 どうぞ。だめなら、番号 %(reference)s を 事務局に 知らせてください。"),
    "sign_in_first": _l("つづけるには、サインインしてください。"),
    "too_large": _l("送られたものが 大きすぎます。短くして、もう一度 送ってください。"),
    "wrong_host": _l("このアドレスでは 開けません。いつものアドレスで 開いてください。"),
    # fields
    "field_empty": _l("ここに 書いてください。"),
    "field_long": _l("%(most)s文字までで 書いてください。"),
    "field_number": _l("%(least)s から %(most)s までの数を 書いてください。"),
    "field_choice": _l("ひとつ えらんでください。"),
    "field_day": _l("日にちを えらんでください。"),
    "field_time": _l("時こくを えらんでください。"),
    "field_order": _l("おわりは、はじまりより あとにしてください。"),
    "field_past": _l("これからの日にちを えらんでください。"),
    # check-in
    "too_early": _l("受付は %(opens)s から できます。そのころに もう一度 開いてください。"),
    "too_late": _l("受付は おわりました。来られた方は、主催の人に 声をかけてください。"),
    "full": _l("定員 %(capacity)s人に なりました。主催の人に 声をかけてください。"),
    "cancelled": _l("この行事は 中止になりました。ほかの行事を 見てください。"),
    "closed": _l("この会は もう おわりました。来られた方は、主催の人に 声をかけてください。"),
    "not_published": _l("この行事は まだ じゅんび中です。あとで もう一度 開いてください。"),
    "members_only": _l("この行事は 会員だけのものです。サインインしてから 受付してください。"),
    "already_checked_in": _l("もう 受付が すんでいます。"),
    "undo_late": _l("とりけせるのは、受付から 10分までです。主催の人に 声をかけてください。"),
    "already_undone": _l("もう とりけしてあります。"),
    "coins_used": _l("もらったコインが もう使われています。事務局に 声をかけてください。"),
    "already_ended": _l("この会は もう おわっています。"),
    "not_started": _l("会が はじまってから おわりにできます。"),
    "nobody_found": _l("見つかりませんでした。よみがなを 2文字以上か、会員番号を 書いてください。"),
    # claim
    "claim_unknown": _l("その番号は 見つかりません。紙の番号を もう一度 見てください。"),
    "claim_late": _l("うけとれるのは、受付から 30日までです。事務局に 声をかけてください。"),
    "already_claimed": _l("このコインは もう うけとってあります。"),
    "nothing_to_claim": _l("このスマホで うけとるものは ありません。紙の番号があれば 入れてください。"),
    # events
    "provisional": _l("行事をつくれるのは、会員番号のある人です。事務局に 声をかけてください。"),
    "already_published": _l("もう 知らせてある行事です。行事のページから 変えてください。"),
    "already_cancelled": _l("この行事は もう 中止になっています。"),
    "has_ended": _l("おわった行事は 変えられません。新しい行事を つくってください。"),
    "reason_missing": _l("わけを ひとこと 書いてください。"),
    # coins
    "coins_expired": _l("そのコインは もう 使えません。のこりを 見てください。"),
    "not_transferable": _l("このコインは わたせません。とりけしを 使ってください。"),
    "budget_granted": _l("もう それより多く わたしています。大きい数に してください。"),
    "already_earned": _l("もう うけとっています。記録を 見てください。"),
    "programme_exists": _l("同じ名前が あります。別の名前に してください。"),
    "not_enough_coins": _l("コインが たりません。ほかの品ものを えらんでください。"),
    "account_frozen": _l("このコインは いま 止められています。事務局に 声をかけてください。"),
    "other_request": _l("同じ番号で ちがう内容が 送られました。ページを開きなおしてください。"),
    "hold_expired": _l("時間が きれました。新しい番号を 出してもらってください。"),
    "hold_resolved": _l("この番号は もう 使われました。"),
    "not_reversible": _l("これは とりけせません。事務局に 声をかけてください。"),
    "already_reversed": _l("もう とりけしてあります。"),
    "no_rule": _l("ここでは まだ コインのきまりが ありません。事務局に 声をかけてください。"),
    # redemption
    "sold_out": _l("いま 品切れです。ほかの品ものを えらんでください。"),
    "limit_reached": _l("おひとりに出せる数に なりました。つぎの機会に どうぞ。"),
    "withdrawn": _l("この品ものは いま 出していません。ほかの品ものを えらんでください。"),
    "passkey_wanted": _l("1日に %(most)s枚より多く使うには、パスキーを つくってください。"),
    "code_unknown": _l("その番号は ありません。お客さまに 新しい番号を 出してもらってください。"),
    "code_used": _l("同じ番号は %(time)sに %(shop)sで 使われました。"),
    "code_expired": _l("時間が きれました。お客さまに 新しい番号を 出してもらってください。"),
    "code_cancelled": _l("お客さまが やめました。新しい番号を 出してもらってください。"),
    "code_elsewhere": _l("これは %(shop)sの番号です。"),
    "reversal_late": _l("とりけせるのは 10分までです。事務局に 声をかけてください。"),
    "not_cancellable": _l("もう 使われたので、やめられません。お店の人に 声をかけてください。"),
    # sign-in
    "link_used": _l("このリンクは もう 使われました。新しいリンクを もらってください。"),
    "link_expired": _l("このリンクは 時間がきれました。新しいリンクを もらってください。"),
    "passkey_failed": _l("パスキーを たしかめられませんでした。もう一度 おしてください。"),
    "challenge_expired": _l("時間が きれました。もう一度 おしてください。"),
    "last_passkey": _l("さいごのパスキーは けせません。先に 新しいパスキーを つくってください。"),
    "already_passkey": _l("このパスキーは もう 登録してあります。"),
    "till_unknown": _l("その番号は ありません。お店の人のスマホで 新しい番号を 出してください。"),
    "number_for_shop": _l("6けたの番号は、お店の人が 自分の画面で 入れます。"),
    "number_unknown": _l("その番号は 見つかりません。もう一度 見て 入れてください。"),
}


def sentence(code: str, **params: Any) -> str:
    """The sentence for a code in the reader's language."""
    return str(SENTENCES[code]) % params if params else str(SENTENCES[code])


def translate(text: str) -> str:
    """A sentence kept as data (a job's name, a preset) in the reader's language."""
    return gettext(text)
