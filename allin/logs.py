"""Log lines: for people on a terminal, as JSON for machines; no secret and no personal data is ever put in them."""

import logging
import sys
from pathlib import Path
from typing import TextIO

import structlog

from engine import telemetry
from engine.settings import Settings

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


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
