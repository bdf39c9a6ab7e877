"""とりくみ: what people do together over weeks, and whom they look for. Floor: above `events`, below `hours`.

Nouns: project · member of a project · lead · role and task (what is wanted) · wish to join · gathering.

- Anybody with a number starts one, without a budget, in three fields; whoever takes part looks after it.
- A wish to join is answered within seven days, or the project is reminded; one wish of a person lives at a time.
- Without a sign of life for 90 days its members are asked how it goes on. Nothing is deleted.

Calls `events` for its gatherings; one that is made with the address of a project's page is the project's. Rooms above
say on its page what they know: `page.add_section`.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.db import on_conflict
    from app.projects import page, views, words
    from app.projects.joining import roles
    from app.projects.joining import views as joining
    from app.projects.logbook import queries as log_entries
    from app.projects.logbook import views as logbook
    from app.projects.money import book_views
    from app.projects.money import views as money
    from app.projects.money import words as money_words
    from app.projects.phases import views as phases
    from app.projects.phases import words as phase_words
    from app.projects.wanted import views as wanted
    from app.web.access import add_role_source
    from app.web.forms import takes_photo
    from app.web.photos import keeping, making

    on_conflict("uq_project_key", "form_stale")
    on_conflict("uq_task_key", "form_stale")
    on_conflict("uq_join_request_key", "form_stale")
    on_conflict("uq_join_request_live", "already_asked")
    on_conflict("uq_project_member_once", "already_in_project")
    on_conflict("uq_budget_request_key", "form_stale")
    on_conflict("uq_budget_request_live", "budget_waiting")
    on_conflict("uq_expense_key", "form_stale")
    on_conflict("uq_expense_reverses_id", "expense_back")
    on_conflict("uq_log_entry_key", "form_stale")
    add_role_source(app, roles.add_host)
    app.add_template_filter(words.kind_name, "project_kind")
    app.add_template_filter(words.state_name, "project_state")
    app.add_template_filter(words.decides_name, "project_decides")
    app.add_template_filter(words.ago)
    app.add_template_filter(money_words.budget_state)
    app.add_template_filter(money_words.budget_duty)
    app.add_template_filter(money_words.yen)
    app.add_template_filter(money_words.source, "money_source")
    app.add_template_filter(phase_words.trial_result)
    page.add_section("phases", 10, phases.section)
    page.add_section("budget", 40, money.section)
    page.add_section("log", 50, logbook.section)
    keeping.named_by("projects", log_entries.photos)
    takes_photo(app, "projects.write_log", most=2 * making.MOST_BYTES, refusal="picture_large")
    for module in (joining, wanted, money, book_views, logbook, phases):
        assert module.blueprint is views.blueprint  # their routes are this room's too
    app.register_blueprint(views.blueprint)
