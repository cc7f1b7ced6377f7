"""Every table there is: importing this module fills the metadata. A test compares it with the folder."""

from storage import (
    accounts,
    attempts,
    audit,
    calendar_state,
    clients,
    data_keys,
    deadlines,
    documents,
    entities,
    events,
    invoices,
    job_tables,
    links,
    members,
    orders,
    partner_states,
    payments,
    people,
    quotes,
    sessions,
    statements,
    webhooks,
)
from storage.tables import metadata

MODULES = (
    accounts,
    attempts,
    audit,
    calendar_state,
    clients,
    data_keys,
    deadlines,
    documents,
    entities,
    events,
    invoices,
    job_tables,
    links,
    members,
    orders,
    partner_states,
    payments,
    people,
    quotes,
    sessions,
    statements,
    webhooks,
)

__all__ = ["MODULES", "metadata"]
