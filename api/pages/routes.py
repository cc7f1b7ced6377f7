"""Every page's router, in one place."""

from api.pages import (
    changes,
    declare,
    door,
    member,
    office,
    office_audit,
    office_bank,
    office_bulk,
    office_money,
    office_ops,
    office_step,
    office_story,
    talking,
)

PAGES = (
    changes,
    declare,
    door,
    member,
    office,
    office_audit,
    office_bank,
    office_bulk,
    office_money,
    office_ops,
    office_step,
    office_story,
    talking,
)
ROUTERS = tuple(page.router for page in PAGES)
