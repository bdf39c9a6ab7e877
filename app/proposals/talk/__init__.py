"""話し合い: what people say about a proposal, or to the office and the city, and what they are answered.

- Worries, questions and opposing views wait for an answer, at most `region.answer_days`; what waits longer stands in
  public, before all else. A vote opens when none of a proposal waits (`queries.unanswered`).
- What was said is taken back by whoever said it while nobody has answered, and leaves no trace. A duty holder hides
  what the house rules forbid, and everybody reads why.
- Whoever does not like to speak answers an anonymous survey: who has answered and what was said are never linked.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.db import on_conflict
    from app.proposals import page, views
    from app.proposals.talk import answering, roles, survey_views, words, year_views
    from app.proposals.talk import views as talk
    from app.proposals.talk.slips import views as slips
    from app.web.access import add_role_source

    on_conflict("uq_opinion_key", "form_stale")
    on_conflict("uq_opinion_answer_key", "form_stale")
    on_conflict("pk_survey_line", "survey_used")
    add_role_source(app, roles.add_author)
    for shown in (words.kind_name, words.addressee_name, words.to_name, words.role_name, words.mood_name, words.stands):
        app.add_template_filter(shown, f"opinion_{shown.__name__.removesuffix('_name')}")
    app.add_template_filter(words.year_name, "opinion_year")
    app.add_template_filter(words.number_of, "opinions_of")
    page.add_section("talk", 30, talk.section)
    page.add_section("survey", 35, survey_views.section)
    for module in (talk, answering, survey_views, slips, year_views):
        assert module.blueprint is views.blueprint  # their routes are this room's too
