"""Every table there is: importing this module fills the metadata. A test compares it with the folder."""

import pkgutil
from importlib import import_module

from storage import services
from storage.core import calendar_state, schema_range
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
from storage.money import (
    bank_problems,
    bank_tables,
    fund_tables,
    ledger,
    payee_checks,
    payment_batches,
    payment_tables,
)
from storage.people import clients, entities, members, people
from storage.security import accounts, data_keys, links, password_requests, sessions
from storage.security import audit as security_audit

MODULES = (
    accounts,
    attempts,
    security_audit,
    bank_problems,
    bank_tables,
    calendar_state,
    claims,
    clients,
    crew_hours,
    data_keys,
    deadlines,
    documents,
    drafts,
    entities,
    events,
    fund_tables,
    reported_events,
    job_tables,
    saved_views,
    schema_range,
    search_words,
    ledger,
    links,
    members,
    operations,
    messages,
    due_notices,
    orders,
    partner_states,
    password_requests,
    payee_checks,
    payment_batches,
    payment_tables,
    people,
    quotes,
    bulk_replay_tables,
    sent_mails,
    sessions,
    regular_work,
    stuck_processes,
    partner_switches,
    webhooks,
    *(import_module(f"{services.__name__}.{found.name}") for found in pkgutil.iter_modules(services.__path__)),
)
"""Each service's own tables are found by their file."""

__all__ = ["MODULES", "metadata"]
