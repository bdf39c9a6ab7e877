"""投票: one person, one vote, by phone, paper or proxy. Floor: above `proposals`, below `assemblies`.

Nouns: vote · option · roll (frozen at the opening) · line used · ballot · named ballot · extension · closure · lots ·
result.

- Nothing of a vote changes once it is open: the rule says so, and so does the database.
- A line of the roll is used once, through whichever door comes first; there are as many ballots as lines used.
- A secret ballot has neither time nor sequence nor member; closing writes both tables anew, by lot.
- Every step of time (extension, closure, result) is a row written once: the job, or whoever comes first.
- A vote asks below stage 2, may choose from 2 on, and decide from 3 on.

Calls `proposals`, and `projects.money`, which asks it what money is voted on, and which vote decided on it. Assemblies,
paper and proxies tell it what it must not import: `opening.install_assemblies`, `closing.install_paper`,
`casting.install_proxies`.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app import codes
    from app.db import on_conflict
    from app.jobs import every
    from app.projects.money import books
    from app.projects.money import service as money
    from app.proposals import page as proposal_pages
    from app.votes import by_hand, closing, queries, views, wiping
    from app.votes.ballots import section
    from app.votes.ballots import views as ballots
    from app.votes.drafting import roles
    from app.votes.drafting import views as drafting
    from app.votes.lots import views as lots
    from app.votes.showing import publishing
    from app.votes.showing import views as showing
    from app.web.access import add_role_source

    on_conflict("uq_vote_key", "form_stale")
    on_conflict("pk_used_line", "already_voted")
    on_conflict("uq_used_line_region_id_vote_id_membership_id", "already_voted")
    on_conflict("uq_ballot_key_hash", "form_stale")
    add_role_source(app, roles.add_author)
    money.decide_by_votes(queries.is_in_vote)
    books.decided_by_votes(queries.decided_by)
    every(60, "votes.close", closing.close_due)
    every(3600, "votes.wipe", wiping.wipe_again)
    codes.opens(app, "vote", ballots.by_code)
    proposal_pages.add_section("vote", 10, section.section)
    proposal_pages.add_deadline(section.until)
    for module in (ballots, drafting, showing, publishing, lots):
        assert module.blueprint is views.blueprint  # their routes are this room's too
    app.register_blueprint(views.blueprint)
    by_hand.init(app)
