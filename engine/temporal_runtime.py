"""Temporal's core inside a process: its log lines go where ours go, its figures where they are gathered."""

import logging
from datetime import timedelta
from functools import cache

from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

CORE = "temporalio.core"


@cache
def temporal_runtime(metrics_address: str) -> Runtime:
    """One for a whole process, whose figures are served at an address; none are when it is empty.

    RuntimeError when the address is taken.
    """
    figures = _served(metrics_address) if metrics_address else None
    lines = LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(logger=logging.getLogger(CORE)),
    )
    telemetry = TelemetryConfig(logging=lines, metrics=figures)
    return Runtime(telemetry=telemetry, worker_heartbeat_interval=timedelta(seconds=60))


def _served(address: str) -> PrometheusConfig:
    return PrometheusConfig(
        bind_address=address, durations_as_seconds=True, counters_total_suffix=True, unit_suffix=True
    )
