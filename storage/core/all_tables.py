"""Every table there is: importing this module fills the metadata. A test compares it with the folder."""

from storage.core import calendar_state
from storage.core.tables import metadata
from storage.execution import (
    attempts,
    bulk_replay_tables,
    events,
    operations,
    orders,
    partner_states,
    partner_switches,
    regular_work,
    sent_mails,
    stuck_processes,
    webhooks,
)
from storage.jobs import (
    claims,
    crew_hours,
    deadlines,
    documents,
    drafts,
    due_notices,
    messages,
    quotes,
    reported_events,
    saved_views,
    search_words,
)
from storage.jobs import tables as job_tables
from storage.money import bank_problems, bank_tables, fund_tables, ledger, payment_batches, payment_tables
from storage.people import clients, entities, members, people
from storage.security import accounts, data_keys, links, sessions
from storage.security import audit as security_audit
from storage.services import (
    counsel_answers,
    debt_collection,
    employment_contract,
    equipment,
    invoicing,
    van_rental,
    workspace,
)

MODULES = (
    accounts,
    attempts,
    security_audit,
    bank_problems,
    bank_tables,
    calendar_state,
    claims,
    clients,
    counsel_answers,
    crew_hours,
    debt_collection,
    data_keys,
    deadlines,
    documents,
    drafts,
    employment_contract,
    entities,
    events,
    van_rental,
    fund_tables,
    reported_events,
    invoicing,
    job_tables,
    saved_views,
    search_words,
    ledger,
    links,
    members,
    operations,
    messages,
    due_notices,
    orders,
    partner_states,
    payment_batches,
    payment_tables,
    people,
    quotes,
    bulk_replay_tables,
    sent_mails,
    sessions,
    equipment,
    regular_work,
    stuck_processes,
    partner_switches,
    webhooks,
    workspace,
)

__all__ = ["MODULES", "metadata"]
