"""Traces of one job across API, engine, worker, partners and database, when a collector is configured.

Nothing is imported and nothing is done otherwise. What leaves is an allow-list: ids, names of operations and
statuses; never a path (links carry their secret in it), a query, a message of an error, or a person's value.
"""

import logging
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol

import structlog

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig
    from opentelemetry.sdk.trace import TracerProvider
    from sqlalchemy.engine import Engine
    from temporalio.client import Interceptor

FLUSHED_WITHIN_MS = 2000
"""A collector that is away never keeps a process from ending."""
EXPORT_TIMEOUT_SECONDS = 5
PATH = "/v1/traces"
"""Source: OpenTelemetry protocol specification, OTLP/HTTP request."""

log = structlog.get_logger(__name__)


class Collector(Protocol):
    """Where traces are sent."""

    otlp_endpoint: str


class _Tracing:
    """The one provider of this process; None as long as no collector is configured."""

    provider: "TracerProvider | None" = None


def start(collector: Collector, part: str) -> bool:
    """Send the traces of this process, which is one part of the installation; whether there is a collector."""
    if not collector.otlp_endpoint or _Tracing.provider is not None:
        return bool(collector.otlp_endpoint)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from engine.telemetry_export import Discreet

    named = {
        "service.name": f"allin-{part}",
        "service.namespace": "allin",
        "service.version": version("all-inclusive"),
    }
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=_address(collector.otlp_endpoint), timeout=EXPORT_TIMEOUT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(Discreet(exporter)))
    logging.getLogger("opentelemetry").setLevel(logging.ERROR)  # one line per lost batch, not one per try
    _Tracing.provider = provider
    return True


def _address(endpoint: str) -> str:
    return endpoint if endpoint.endswith(PATH) else endpoint.rstrip("/") + PATH


def stop() -> None:
    """Send what is left, for two seconds at most."""
    if (provider := _Tracing.provider) is not None:
        _Tracing.provider = None
        provider.force_flush(FLUSHED_WITHIN_MS)
        provider.shutdown()


def of_api() -> "TelemetryConfig":
    """How the web framework traces by itself: requests only, and only when there is a collector."""
    on = _Tracing.provider is not None
    return {
        "tracer_provider": _Tracing.provider,
        "tracing": on,
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
        "exclude": _of_no_interest,
    }


def _of_no_interest(scope: MutableMapping[str, Any]) -> bool:
    """Whether this request is a machine looking in, or a picture of a page."""
    return str(scope.get("path", "")).startswith(("/api/health", "/static"))


def interceptors() -> "tuple[Interceptor, ...]":
    """What carries a trace through the engine, for clients and the workers made from them."""
    if _Tracing.provider is None:
        return ()
    from temporalio.contrib.opentelemetry import TracingInterceptor

    return (TracingInterceptor(_Tracing.provider.get_tracer("allin.engine")),)


@contextmanager
def calling(partner: str, method: str) -> Iterator[None]:
    """One call to a partner; an error is told by its type."""
    if _Tracing.provider is None:
        yield
        return
    from opentelemetry.trace import SpanKind

    tracer = _Tracing.provider.get_tracer("allin.partners")
    told = {"http.request.method": method, "peer.service": partner}
    with tracer.start_as_current_span(f"{method} {partner}", kind=SpanKind.CLIENT, attributes=told):
        yield


def watch_statements(engine: "Engine") -> None:
    """A span for each statement that is part of a trace; pollers and sweeps make none."""
    if _Tracing.provider is None:
        return
    from engine.telemetry_export import follow

    follow(engine, _Tracing.provider.get_tracer("allin.database"))


def in_log_lines(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A log line says to which trace it belongs."""
    if _Tracing.provider is not None:
        from opentelemetry.trace import get_current_span

        here = get_current_span().get_span_context()
        if here.is_valid:
            line["trace_id"], line["span_id"] = f"{here.trace_id:032x}", f"{here.span_id:016x}"
    return line
