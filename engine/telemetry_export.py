"""What may leave in a trace, and the spans of the database; imported only when a collector is configured."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, SpanKind, Status, Tracer, get_current_span
from sqlalchemy import event
from sqlalchemy.engine import Engine

ALLOWED = frozenset(
    {
        "http.request.method",
        "http.route",
        "http.response.status_code",
        "url.scheme",
        "error.type",
        "exception.type",
        "peer.service",
        "db.system.name",
        "db.operation.name",
        "db.collection.name",
        "temporalWorkflowID",
        "temporalRunID",
        "temporalActivityID",
        "temporalUpdateID",
    }
)
"""No path, query, address of a visitor, text of an error or statement with values is among them."""

_TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?(\w+)', re.IGNORECASE)


class Discreet(SpanExporter):
    """Sends spans with allowed attributes only."""

    def __init__(self, to: SpanExporter) -> None:
        self._to = to

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send what may be seen of each span."""
        return self._to.export([_shown(span) for span in spans])

    def shutdown(self) -> None:
        """End."""
        self._to.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what is left."""
        return self._to.force_flush(timeout_millis)


def _shown(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_allowed(span.attributes),
        events=[Event(each.name, _allowed(each.attributes), each.timestamp) for each in span.events],
        links=[Link(each.context) for each in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _allowed(attributes: Any) -> dict[str, Any]:
    return {name: value for name, value in (attributes or {}).items() if name in ALLOWED}


def follow(engine: Engine, tracer: Tracer) -> None:
    """A span per statement of an engine, named by its verb and its table. Source: OpenTelemetry database spans."""
    system = "sqlite" if engine.dialect.name == "sqlite" else "postgresql"

    @event.listens_for(engine, "before_cursor_execute")
    def begun(_: object, cursor: object, statement: str, values: object, context: Any, many: bool) -> None:
        if context is None or not get_current_span().is_recording():
            return
        verb, table = _about(statement)
        told = {"db.system.name": system, "db.operation.name": verb}
        if table:
            told["db.collection.name"] = table
        span = tracer.start_span(f"{verb} {table}".strip(), kind=SpanKind.CLIENT, attributes=told)
        context._allin_span = span

    @event.listens_for(engine, "after_cursor_execute")
    def ended(_: object, cursor: object, statement: str, values: object, context: Any, many: bool) -> None:
        if (span := getattr(context, "_allin_span", None)) is not None:
            span.end()

    @event.listens_for(engine, "handle_error")
    def failed(error: Any) -> None:
        if (span := getattr(error.execution_context, "_allin_span", None)) is not None:
            span.set_attribute("error.type", type(error.original_exception).__name__)
            span.end()


@lru_cache(maxsize=2000)
def _about(statement: str) -> tuple[str, str]:
    """The verb of a statement and the first table it names; statements are few, their values are not in them."""
    verb = statement.split(None, 1)[0].upper()
    found = _TABLE.search(statement)
    return verb, found.group(1) if found else ""
