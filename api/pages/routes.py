"""Every page's router, in one place."""

from api.pages import (
    declare,
    door,
    member,
    office,
    office_bulk,
    office_money,
    office_ops,
    office_step,
    office_story,
)

PAGES = (declare, door, member, office, office_bulk, office_money, office_ops, office_step, office_story)
ROUTERS = tuple(page.router for page in PAGES)
