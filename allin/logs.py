"""Log lines: for people on a terminal, as JSON for machines; no secret and no personal data is ever put in them."""

import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

from engine import telemetry
from engine.settings import Settings

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

SECRETS = re.compile(
    r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b"  # an IBAN. Source: ISO 13616
    r"|\b\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}\b"  # a national number as it is printed
    r"|(?<=Bearer )[\w.~+/-]+=*"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # a password in an address
)
"""What must not stand in a log although an error of somebody else's library may quote it."""


def masked(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The line with whatever looks like an account, a number of a person or a secret struck out."""
    for name, value in line.items():
        if isinstance(value, str):
            line[name] = SECRETS.sub("***", value)
    return line


def set_up(settings: Settings, file: Path | None = None) -> None:
    """Send every log line of this process to standard error, or to a file."""
    level = LEVELS.get(settings.log_level.lower(), logging.INFO)
    out: TextIO = file.open("a", encoding="utf-8") if file else sys.stderr
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    shown = (
        structlog.processors.JSONRenderer()
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    traced = [telemetry.in_log_lines] if settings.otlp_endpoint else []
    last = [structlog.processors.format_exc_info, shown] if settings.log_json else [shown]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            masked,
            *traced,
            structlog.processors.add_log_level,
            stamp,
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=out, level=max(level, logging.WARNING), format="%(levelname)s %(name)s %(message)s")
