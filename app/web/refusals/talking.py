"""What is refused where people talk, ask each other small questions and keep the books of projects."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

TALKING = {
    # the talk about proposals
    "talk_over": _l("この提案の 話し合いは おわりました。事務局か 自治体に 聞いてください。"),
    "opinion_author": _l("じぶんの提案への 意見は 書けません。提案を なおすか、事務局か 自治体に 聞いてください。"),
    "opinion_own": _l("じぶんの意見には 返事を 書けません。ほかの人の 返事を 待ってください。"),
    "opinion_answered": _l("もう 返事が あるので とりけせません。たりないことは、あたらしい意見に 書いてください。"),
    "opinion_hidden": _l("この意見は かくされています。わけを 読んで、事務局に 声をかけてください。"),
    "opinion_gone": _l("この意見は とりけされたか、かくされました。一覧に もどってください。"),
    "opinion_hide_own": _l("じぶんの意見は かくせません。「とりけす」を つかってください。"),
    "opinion_hide_author": _l("じぶんの提案への 意見は かくせません。ほかの世話役か 事務局に たのんでください。"),
    "slip_own": _l("じぶんの紙は 打ちこめません。ほかの世話役か 事務局に たのんでください。"),
    "survey_used": _l("あなたは もう こたえています。はじめの こたえが のこっています。"),
    "survey_over": _l("この アンケートは おわりました。けっかは 提案のページで 見られます。"),
    "survey_slips_over": _l("わたした紙は ぜんぶ 打ちこんであります。先に、紙を わたした人を えらんでください。"),
    # indicators and records
    "indicator_known": _l("その名前は もうあります。ほかの名前を 書いてください。"),
    "certificate_empty": _l("その中に 確認された活動が ありません。ほかの期間か プロジェクトを えらんでください。"),
    "certificate_long": _l("活動が %(most)s回より 多くなります。期間を みじかくしてください。"),
    "certificate_many": _l("1日に つくれるのは %(most)s枚までです。あした もう一度 どうぞ。"),
    "certificate_nobody": _l("お名前も 会員番号も ありません。事務局に 声をかけてください。"),
    "certificate_revoked": _l("この証明は もう とりけされています。一覧に もどってください。"),
    "value_future": _l("きょうまでの 日にちを えらんでください。"),
    "value_whole": _l("数を、点をつけずに 書いてください。"),
    "value_point": _l("数を 書いてください。点のあとは %(decimals)sけたまでです。"),
    # the books of projects
    "expense_known": _l("その書類は もう 書いてあります。番号を たしかめてください。"),
    "expense_future": _l("きょうまでの 日にちを えらんでください。"),
    "expense_back": _l("この行は もう とりけしてあります。"),
    "budget_in_vote": _l("この予算は 投票に かかっています。結果が 出るまで 待ってください。"),
    # small questions
    "poll_many": _l("1日に 聞けるのは %(most)s件までです。あしたまで 待ってください。"),
    "poll_over": _l("このしつもんは おわりました。みんなの こたえを 見てください。"),
    "poll_marks": _l("この しつもんの こたえから えらんでください。"),
    "poll_no_day": _l("先に 日を きめてください。"),
    "poll_two_answers": _l("ちがう こたえを 2つ以上 書いてください。"),
    "poll_two_days": _l("ちがう日を 2つ以上 えらんでください。"),
    "poll_day_past": _l("これからの日と 時こくを えらんでください。"),
}
