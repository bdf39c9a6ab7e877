"""What every refusal says: one plain sentence, and the next step in it. The code is all that services know."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.web.filters import plain

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
    "field_link": _l("http:// か https:// で はじまる アドレスを 書いてください。"),
    "field_phone": _l("電話番号を 数字で 書いてください。"),
    "field_order": _l("おわりは、はじまりより あとにしてください。"),
    "field_past": _l("これからの日にちを えらんでください。"),
    # check-in
    "too_early": _l("受付は %(opens)s から できます。そのころに もう一度 開いてください。"),
    "too_late": _l("受付は おわりました。来られた方は、主催の人に 声をかけてください。"),
    "full": _l("定員 %(capacity)s人に なりました。主催の人に 声をかけてください。"),
    "places_held": _l("のこりの席は 申しこんだ人のものです。主催の人に 声をかけてください。"),
    "places_few": _l("あいている席は あと %(left)s人です。主催の人に 声をかけてください。"),
    "companions_many": _l("いっしょに来た人は %(most)s人までです。わけて 受付してください。"),
    "card_to_host": _l("この会員証は 主催の人に 見せてください。主催の人が 受付します。"),
    "correction_late": _l("おわってから 7日を すぎました。事務局に 声をかけてください。"),
    "number_absent": _l("その受付番号の人は いません。名ぼの番号を もう一度 見てください。"),
    "feeling_early": _l("会が おわってから こたえられます。"),
    "feeling_late": _l("こたえられるのは、おわってから 1週間までです。"),
    "cancelled": _l("この行事は 中止になりました。ほかの行事を 見てください。"),
    "closed": _l("この会は もう おわりました。来られた方は、主催の人に 声をかけてください。"),
    "not_published": _l("この行事は まだ じゅんび中です。あとで もう一度 開いてください。"),
    "members_only": _l("この行事は 会員だけのものです。サインインしてから 受付してください。"),
    "code_wanted": _l("この行事は 画面のコードで 受付します。会場の画面のコードを 読んでください。"),
    "code_outlived": _l("コードが 新しくなりました。会場の画面を もう一度 読んでください。"),
    "code_early": _l("このコードは まだ使えません。会場の画面を もう一度 読んでください。"),
    "code_forged": _l("このコードは この行事の画面のものでは ありません。会場の画面を もう一度 読んでください。"),
    "code_of_other_event": _l("このコードは べつの行事のものです。会場の画面を もう一度 読んでください。"),
    "code_busy": _l("いま おおぜいの人が 受付しています。すぐ つぎのコードに かわります。もう一度 読んでください。"),
    "late_delay": _l("おそく とどいたので、主催の人の名ぼに のせました。主催の人が たしかめると 受付になります。"),
    "late_old_code": _l("古いコードなので、主催の人の名ぼに のせました。主催の人が たしかめると 受付になります。"),
    "late_many": _l(
        "同じコードに 人が 集まったので、主催の人の名ぼに のせました。主催の人が たしかめると 受付になります。"
    ),
    "late_closed": _l(
        "とどく前に 受付が おわったので、主催の人の名ぼに のせました。主催の人が たしかめると 受付になります。"
    ),
    "late_list_full": _l("主催の人の名ぼが いっぱいです。来られた方は、主催の人に 声をかけてください。"),
    "late_let_in": _l("もう 受付してあります。まちがいなら 名ぼの「とりけす」を おしてください。"),
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
    "same_day": _l("もとの日と 同じです。ほかの日にちを えらんでください。"),
    "not_postponed": _l("この行事は 延期になっていません。先に 延期の日を 知らせてください。"),
    "new_day_open": _l("新しい日の行事が もうあります。先に そちらを 中止にしてください。"),
    # sign-ups
    "sign_up_over": _l("申しこみは おわりました。その日に 来て、受付してください。"),
    "sign_up_members": _l("会員だけの行事です。サインインしてから 申しこんでください。"),
    "invited_only": _l("よばれた人だけの行事です。来たい方は、主催の人に 声をかけてください。"),
    "postponed": _l("この行事は 延期になりました。新しい日を 見てください。"),
    "party_too_large": _l("定員は %(capacity)s人です。人数を へらしてください。"),
    "already_signed_up": _l("もう 申しこんであります。"),
    "capacity_low": _l("申しこんだ人と 来た人がいます。%(least)s人より 少なくは できません。"),
    "free_early": _l("会が はじまってから あけられます。"),
    "children_too_many": _l("人数は あわせて 20人までです。わけて 申しこんでください。"),
    "nobody_chosen": _l("よぶ人を えらんでください。"),
    # series and templates
    "series_exists": _l("この行事は もう くりかえしに 入っています。くりかえしのページを 見てください。"),
    "series_ended": _l("このくりかえしは もう おわっています。新しく はじめてください。"),
    "series_no_day": _l("その日は くりかえしの日では ありません。べつの日を えらんでください。"),
    "series_day_done": _l("その日は もう 休みに してあります。"),
    # places
    "place_closed": _l("いまは しまっています。%(opens)sに あきます。そのころに もう一度 来てください。"),
    "place_shut": _l("いまは しまっています。あく日は 電話で 聞いてください。"),
    "place_code": _l("この場所にある 入口の紙のコードを 読んでください。"),
    "visited_today": _l("きょうは もう 記録しました。"),
    "hours_half": _l("はじまりと おわりの 両方を 書いてください。"),
    "hours_overlap": _l("時間が かさなっています。あとの時間を なおしてください。"),
    "closed_already": _l("その日は もう お休みに してあります。"),
    # the office
    "rule_minutes": _l("2枚になる時間は、1枚になる時間より 短くできません。長くしてください。"),
    "rule_caps": _l("1年度の数は、1日の数より 少なくできません。多くしてください。"),
    "rule_order": _l("もっと先の日からの きまりが あります。その日か、あとの日に してください。"),
    "change_own": _l("自分が たのんだ変更です。ほかの係の人に 見てもらってください。"),
    "change_household": _l("同じ家の人が たのんだ変更です。ほかの係の人に 見てもらってください。"),
    "change_decided": _l("この変更は もう きまっています。一覧を 見てください。"),
    "change_outdated": _l("たのんだあとで 中身が 変わりました。とりさげて、もう一度 たのんでください。"),
    "change_past": _l("はじまる日が すぎました。とりさげて、新しい日で もう一度 たのんでください。"),
    "change_same": _l("いまと 同じです。変えるところを 書いてください。"),
    "change_asker": _l("たのんだ人の係が おわりました。「ことわる」を おして、係の人が もう一度 たのんでください。"),
    "not_asker": _l("とりさげられるのは、たのんだ人だけです。「ことわる」を 使ってください。"),
    "offer_live": _l("いま この品ものを 使っている人が います。3分 待って、もう一度 おしてください。"),
    "duty_own": _l("自分や 同じ家の人には つけられません。ほかの係の人に たのんでください。"),
    "staff_already": _l("もう お店の係です。下の一覧を 見てください。"),
    "shop_withdrawn": _l("このお店は もう とじています。ほかのお店を えらんでください。"),
    "photo_missing": _l("写真を えらんでください。"),
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
    "card_limit": _l("会員証で使えるのは 1日に %(most)s枚までです。あした また どうぞ。"),
    "card_again": _l("時間が きれました。会員証を もう一度 よんでください。"),
    "slip_day": _l("紙の日づけは、きょうまでの %(most)s日のあいだにしてください。"),
    "slip_coins": _l("コインが たりません。この行は 残してあります。コインが たまってから もう一度 入れてください。"),
    "slip_empty": _l("1行は 書いてください。"),
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
    # cards
    "card_unknown": _l("その会員証は 見つかりません。会員番号を 入れてください。"),
    "card_lost": _l("なくしたと とどけのある会員証です。スマホのコードか、新しい会員証を 見せてもらってください。"),
    "card_paid": _l("この会員証では もう うけとりました。もうひとつ わたすときは、会員証を もう一度 よんでください。"),
    "card_ended": _l("この会員証は もう 使えません。事務局に 声をかけてください。"),
    "card_elsewhere": _l("これは %(region)sの 会員証です。ここでは 使えません。お名前を 聞いてください。"),
    "card_stale": _l("この画面は 古くなりました。会員証を ひらきなおして、もう一度 よみとってください。"),
    "card_used": _l("この画面は もう よみとりました。30秒 待つと、新しい画面に かわります。"),
    "card_numberless": _l("会員番号が まだ ありません。事務局に 声をかけてください。"),
    "cards_none_chosen": _l("印刷する人を えらんでください。"),
    "picture_large": _l("写真が 大きすぎます。もう一度 撮って、小さめの写真を えらんでください。"),
    "picture_unreadable": _l("写真を ひらけません。JPEGか PNGの写真を えらんでください。"),
    "picture_without_code": _l("写真に コードが 見つかりません。コードを 大きく、まっすぐ 撮ってください。"),
    "number_unknown": _l("その番号は 見つかりません。もう一度 見て 入れてください。"),
}


def sentence(code: str, **params: Any) -> str:
    """The sentence for a code in the reader's language; a row among its params (a shop, a region) is said by name."""
    said = {name: plain(one, "name") if hasattr(one, "name") else one for name, one in params.items()}
    return str(SENTENCES[code]) % said if said else str(SENTENCES[code])


def translate(text: str) -> str:
    """A sentence kept as data (a job's name, a preset) in the reader's language."""
    return gettext(text)
