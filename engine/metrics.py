"""Every figure this product gives to Prometheus, in one registry; docs/operations/metrics.md is their table."""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
STATEMENTS = (1, 2, 5, 10, 20, 50, 100, 200, 500)

# -- the machine: each process tells its own ------------------------------------------------------------------

REQUESTS = Histogram(
    "allin_request_seconds",
    "How long a request took, by route and status.",
    ("method", "route", "status"),
    buckets=SECONDS,
)
REQUEST_STATEMENTS = Histogram(
    "allin_request_statements", "SQL statements one request needed, by route.", ("route",), buckets=STATEMENTS
)
CONNECTIONS = Gauge("allin_database_connections", "Connections of this process's pool, by state.", ("state",))
DATABASE_UP = Gauge("allin_database_up", "Whether the database answered this process at the last look: 1 or 0.")
OUTAGES = Counter(
    "allin_infrastructure_errors", "Errors of our own infrastructure this process met, by kind.", ("kind",)
)

# -- the business: every API reads the same from the database; take the largest --------------------------------

JOBS = Gauge("allin_jobs", "Jobs by state.", ("state",))
PARKED = Gauge("allin_steps_parked", "Parked steps, by service and partner.", ("service", "partner"))
PARKED_OLDEST = Gauge("allin_step_parked_oldest_seconds", "How long the oldest parked step waits.", ("service",))
ENDANGERED = Gauge("allin_steps_endangered", "Parked steps whose time or legal deadline is within two days.")
HELD_UP = Gauge("allin_steps_held_up", "Steps that our own infrastructure holds up.")
DEADLINES = Gauge("allin_deadlines_unmet", "Unmet legal deadlines, by kind and by hours left.", ("kind", "within"))
UNSTARTED = Gauge("allin_jobs_unstarted", "Jobs declared more than a minute ago that no process was begun for.")
WEBHOOKS = Gauge("allin_webhooks_unhandled", "Events of partners that were kept and not passed on.")
STUCK = Gauge("allin_processes_stuck", "Processes whose own code fails over and over.")
PAYMENTS = Gauge("allin_payments_open", "Payments on their way, by state.", ("state",))
PAYMENTS_EUR = Gauge("allin_payments_open_eur", "Money on its way, in euro, by state.", ("state",))
BANK_DAYS = Gauge("allin_bank_days_missing", "Days since the last statement of the account furthest behind.")
WORK_AGE = Gauge("allin_regular_work_age_seconds", "Since when work that comes round was last finished.", ("name",))

ALL = (
    REQUESTS, REQUEST_STATEMENTS, CONNECTIONS, DATABASE_UP, OUTAGES, JOBS, PARKED, PARKED_OLDEST, ENDANGERED,
    HELD_UP, DEADLINES, UNSTARTED, WEBHOOKS, STUCK, PAYMENTS, PAYMENTS_EUR, BANK_DAYS, WORK_AGE,
)  # fmt: skip
