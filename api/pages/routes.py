"""Every page's router, in one place."""

from api.pages import about, api_docs, sign_in
from api.pages.member import activity, declare, messages, move_and_withdraw, security
from api.pages.member import routes as member_routes
from api.pages.office import accounts as office_accounts
from api.pages.office import audit as office_audit
from api.pages.office import bank as office_bank
from api.pages.office import bulk as office_bulk
from api.pages.office import debtor_plans, money, ops, step
from api.pages.office import debtors as office_debtors
from api.pages.office import hand_over as office_hand_over
from api.pages.office import routes as office_routes
from api.pages.office import setting_up as office_setting_up
from api.pages.office import story as office_story

PAGES = (
    api_docs,
    move_and_withdraw,
    declare,
    sign_in,
    member_routes,
    activity,
    about,
    office_routes,
    office_accounts,
    office_setting_up,
    office_audit,
    office_bank,
    office_bulk,
    office_debtors,
    debtor_plans,
    office_hand_over,
    money,
    ops,
    step,
    office_story,
    messages,
    security,
)
ROUTERS = tuple(page.router for page in PAGES)
