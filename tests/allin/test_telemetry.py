"""Traces reach a collector: one job linked together, no word about a person. Without one nothing is loaded."""

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import structlog
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from engine import telemetry
from engine.settings import Settings, WrongSetting, load_settings
from tests.allin.stack import ROOT
from tests.process.small import CLIENT, alone
from tests.process.world import world


class Collector:
    """An OTLP/HTTP endpoint that keeps what it is sent."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        kept = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                assert self.path == "/v1/traces"
                kept.append(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def spans(self) -> list[Any]:
        """Every span received, with the name of the part it came from."""
        found = []
        for body in self.bodies:
            request = ExportTraceServiceRequest()
            request.ParseFromString(body)
            for resource in request.resource_spans:
                named = {each.key: each.value.string_value for each in resource.resource.attributes}
                assert (named["service.name"], named["service.namespace"]) == ("allin-test", "allin")
                found += [span for scope in resource.scope_spans for span in scope.spans]
        return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    telemetry.stop()
    found.server.shutdown()
    found.server.server_close()


async def test_the_spans_of_one_job_are_one_trace_from_the_door_to_the_partner(
    collector: Collector, temporal_address: str, sqlite_url: str, tmp_path: Path
) -> None:
    assert telemetry.start(Settings(otlp_endpoint=collector.address, _env_file=None), "test")
    async with world(temporal_address, sqlite_url, tmp_path) as house:
        job_id = await alone(house)
        await house.until_step(job_id, "agreement", "waiting")
        await house.settle()
    telemetry.stop()

    spans = collector.spans()
    declared = [span for span in spans if span.name == "POST /api/jobs"]
    assert len(declared) == 1, sorted({span.name for span in spans})
    trace = [span for span in spans if span.trace_id == declared[0].trace_id]
    names = {span.name for span in trace}
    for part in ("StartWorkflow:Job", "RunWorkflow:Job", "RunActivity:agreement.ask", "POST mail", "INSERT jobs"):
        assert part in names, sorted(names)
    known = {span.span_id for span in trace}
    assert all(span.parent_span_id in known for span in trace if span is not declared[0]), "one tree, one root"
    by_id = {span.span_id: span for span in trace}
    mail = next(span for span in trace if span.name == "POST mail")
    assert by_id[mail.parent_span_id].name == "RunActivity:agreement.ask"

    everything = b"".join(collector.bodies)
    for private in (CLIENT, "Claes", "Ann", "BE71", "/api/links", "localhost", "127.0.0.1"):
        assert private.encode() not in everything, private


async def test_an_error_leaves_its_type_and_not_its_words(collector: Collector) -> None:
    telemetry.start(Settings(otlp_endpoint=collector.address + "/v1/traces", _env_file=None), "test")
    with pytest.raises(ValueError, match="Chloé"), telemetry.calling("bank", "GET"):
        raise ValueError("the account BE71 0961 2345 6769 of Chloé Janssens")
    telemetry.stop()
    (span,) = collector.spans()
    assert span.events[0].attributes[0].value.string_value == "ValueError"
    assert b"Janssens" not in b"".join(collector.bodies)


def test_a_log_line_names_its_trace(collector: Collector) -> None:
    telemetry.start(Settings(otlp_endpoint=collector.address, _env_file=None), "test")
    with telemetry.calling("bank", "GET"):
        line = telemetry.in_log_lines(None, "info", {"event": "looked"})
    telemetry.stop()
    (span,) = collector.spans()
    assert (line["trace_id"], line["span_id"]) == (span.trace_id.hex(), span.span_id.hex())
    assert structlog.is_configured() or telemetry.in_log_lines(None, "info", {"event": "x"}) == {"event": "x"}


def test_a_collector_is_reached_over_http_only() -> None:
    with pytest.raises(WrongSetting, match=r"ALLIN_OTLP_ENDPOINT: .*over HTTP"):
        load_settings(otlp_endpoint="collector:4317")


def test_without_a_collector_nothing_of_it_is_loaded() -> None:
    code = (
        "import json, sys, allin.__main__, workers.wiring, api.app; from engine import telemetry; "
        "from engine.settings import Settings; telemetry.start(Settings(_env_file=None), 'worker'); "
        "telemetry.interceptors(); telemetry.of_api(); "
        "print(json.dumps([m for m in sys.modules if m.startswith(('opentelemetry.sdk', 'opentelemetry.exporter', "
        "'temporalio.contrib.opentelemetry', 'engine.telemetry_export', 'requests'))]))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert json.loads(ran.stdout) == [], ran.stderr
