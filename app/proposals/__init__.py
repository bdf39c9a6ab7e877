"""提案: from やってみたい to the report. Floor: above `checkins` (hours are read), below `votes`, which decide.

Nouns: proposal · author (who began it, and whoever writes with them) · version · support · opinion and its answer.

- A first idea is three fields, and a draft that only its authors see; what is typed is kept step by step.
- Shown to everybody it gathers 応援. How much it needs is frozen then; when it has enough, the talk begins by itself.
- The texts change until a vote opens, and every change stays readable: versions are only ever added.
- A vote opens when nothing obligatory is missing (`rules.missing_for_vote`) and every opposing view has its answer.
- Confirmed hours may give an idea one point more on its way to the talk. They never weigh in a vote.

Calls `projects` for what a passed one becomes, `hours` for confirmed minutes. Rooms above say on its page what they
know: `page.add_section`.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import codes
    from app.db import on_conflict
    from app.projects import page as project_pages
    from app.proposals import roles, story, talk, views, words
    from app.proposals.on_paper import views as on_paper
    from app.proposals.writing import sheets
    from app.proposals.writing import views as writing
    from app.web.access import add_role_source

    on_conflict("uq_proposal_key", "form_stale")
    on_conflict("uq_proposal_support_once", "already_supported")
    on_conflict("uq_proposal_code", "busy")
    on_conflict("uq_proposal_slip_key", "form_stale")
    add_role_source(app, roles.add_author)
    for shown in (words.stage_name, words.decider_name, words.effect_name, words.text_name):
        app.add_template_filter(shown, f"proposal_{shown.__name__.removesuffix('_name')}")
    app.add_template_filter(words.effect_means, "proposal_means")
    codes.opens(app, "proposal", views.by_code)
    project_pages.add_story(story.of_project)
    project_pages.add_section("proposal", 5, story.section)
    talk.init(app)
    for module in (writing, sheets, on_paper):
        assert module.blueprint is views.blueprint  # their routes are this room's too
    app.register_blueprint(views.blueprint)
