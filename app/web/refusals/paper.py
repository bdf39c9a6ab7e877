"""What the desk of a vote, and whoever holds a general meeting, are refused, and what to do instead."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

PAPER = {
    # piles
    "paper_same_person": _l("はじめに 打ったのは あなたです。ほかの人に 打ってもらってください。"),
    "paper_household": _l("はじめに 打った人と 同じ家の人です。べつの家の人に 打ってもらってください。"),
    "paper_early": _l("紙は、しめきりの あとに 数えます。それまで 封筒を あけないでください。"),
    "paper_empty": _l("1枚も 打っていません。紙の数を 打ってください。"),
    "paper_over": _l("封筒より 多くなります。のこりは %(left)s枚です。紙を 数えなおしてください。"),
    "pile_done": _l("この束は もう 数えました。ほかの束を 打ってください。"),
    "pile_dropped": _l("この束は けされました。はじめの人に もう一度 打ってもらってください。"),
    "pile_differs": _l(
        "2人の 数が ちがいます。まだ 数えていません。しるしの ところを 見なおして、どちらかが 打ちなおしてください。"
    ),
    "ballot_keys": _l("読めません。上の れいの とおりに 打ってください。"),
    "ballot_number": _l("番号は 1から %(count)sまでです。紙を 見なおしてください。"),
    "ballot_twice": _l("同じ番号が 2回 あります。紙を 見なおして、だめなら 無効に 数えてください。"),
    "ballot_points": _l("点を 上から 順に %(count)sつ 打ってください。点は 0から 5までです。"),
    "ballot_reason": _l("反対の わけを つづけて 打ってください。わけが なければ 無効に 数えてください。"),
    # proxies and help
    "proxy_self": _l("自分には 委任できません。ほかの人の 会員番号を 入れてください。"),
    "proxy_full": _l("この人は もう %(most)s人の 委任を あずかっています。ほかの人に たのんでください。"),
    "proxy_given": _l("もう 委任しています。かえるときは、先に その委任を やめてください。"),
    "proxy_used": _l("もう 代わりの人が 投票しました。この委任は やめられません。"),
    "proxy_not_on_roll": _l("委任する人が 名簿に いません。会員番号を 見なおしてください。"),
    "proxy_holder_unknown": _l("代わりの人が 名簿に いません。投票できる人に たのんでください。"),
    "proxy_number": _l("その番号の人は いません。会員証の番号を もう一度 見てください。"),
    "proxy_own_paper": _l("自分の 委任は、自分の スマホで するか、ほかの係の人に たのんでください。"),
    "person_unclear": _l("だれか わかりません。会員番号を 入れてください。"),
    "assist_household": _l("同じ家の人の 手伝いは できません。ほかの係の人に たのんでください。"),
    "assist_why": _l("手伝う わけを えらんでから、はじめてください。"),
    # the general meeting
    "assembly_called_off": _l("この行事は ひらかれません。ほかの行事を えらんでください。"),
    "assembly_over": _l("総会は おわりました。議事録を 見てください。"),
    "assembly_off": _l("この総会は 中止か 延期に なりました。行事のページを 見てください。"),
    "assembly_not_put_off": _l("この総会は 延期に なっていません。行事のページで 延期にしてから、うつしてください。"),
    "assembly_no_new_day": _l("新しい日の 行事が まだ ありません。先に 延期のページで つくってください。"),
    "assembly_not_on": _l("総会が はじまっていません。先に「総会を はじめる」を おしてください。"),
    "assembly_votes_open": _l("まだ しめきっていない 投票が あります。先に しめきってください。"),
    "agenda_empty": _l("議題が ありません。先に 議題を 入れてください。"),
    "agenda_full": _l("議題は 40までです。いくつかを まとめてください。"),
    "agenda_over": _l("総会は おわりました。議題は かえられません。"),
    "agenda_begun": _l("もう はじまった 議題は はずせません。このまま つづけてください。"),
    "agenda_vote_short": _l("投票の しめきりが 総会の おわりより 早いです。しめきりを その日の 夜に してください。"),
    "agenda_vote_taken": _l("この投票は ほかの総会の 議題です。ほかの投票を えらんでください。"),
    "agenda_vote_closed": _l("この投票は もう おわりました。ほかの投票を えらんでください。"),
    "signers_many": _l("署名する人は %(most)s人までです。人を へらしてください。"),
    "sign_not_named": _l("署名する人に なっていません。書いた人に たしかめてください。"),
    "sign_early": _l("総会が おわり、ぜんぶ 開票してから 署名してください。"),
    "sign_changed": _l("文が かわりました。もう一度 読んでから 署名してください。"),
}
