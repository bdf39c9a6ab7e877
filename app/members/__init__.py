"""Members and their memberships, households and duties.

A member is a human and has no region; a membership is a member in one region, with the name and number used there.
A kind (resident, friend …) never grants a right: only standing and duties do.
"""

from __future__ import annotations

from flask import Flask


def init(app: Flask) -> None:
    from app.db import on_conflict
    from app.members import roles
    from app.web.access import add_role_source

    on_conflict("uq_membership_region_id_member_id", "already_claimed")
    add_role_source(app, roles.add_roles)
