"""Log lines: for people on a terminal, as JSON for machines; no secret and no personal data is ever put in them.

Whatever writes in a process writes through here: our own lines, those of libraries (the web server, Temporal's
client and its core), warnings, and the traces of what nobody caught.
"""

import logging
import re
import sys
import threading
import time
from collections.abc import Callable, MutableMapping
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

from engine import telemetry
from engine.settings import Settings

Line = MutableMapping[str, Any]
Processor = Callable[[Any, str, Line], Line]

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

SECRETS = re.compile(
    r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b"  # an IBAN. Source: ISO 13616
    r"|\b\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}\b"  # a national number as it is printed
    r"|(?<=Bearer )[\w.~+/-]+=*"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # a password in an address
)
"""What must not stand in a log although an error of somebody else's library may quote it."""
MOST, EVERY_SECONDS = 20, 10.0
"""So many lines of one kind in so many seconds; the others are counted. In an outage each victim writes one."""
LOUD = frozenset({"warning", "error", "critical"})
"""What is never written more often than that; quieter lines tell what was done, once each."""


class Sparing:
    """Lets a burst of lines of one kind through, and says later how many were left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._since: dict[str, float] = {}
        self._count: dict[str, int] = {}

    def __call__(self, _: object, level: str, line: Line) -> Line:
        """The line, with how many of its kind were left out before it; DropEvent when there are enough."""
        if level not in LOUD and line.get("level") not in LOUD:
            return line
        kind, now = f"{line.get('logger', '')} {line.get('event', '')}"[:120], self._clock()
        with self._lock:
            if now - self._since.get(kind, float("-inf")) >= EVERY_SECONDS:
                left_out = max(0, self._count.pop(kind, 0) - MOST)
                self._since[kind] = now
                if left_out:
                    line["left_out"] = left_out
            self._count[kind] = self._count.get(kind, 0) + 1
            if self._count[kind] > MOST:
                raise structlog.DropEvent
        return line


def masked(_: object, __: str, line: Line) -> Line:
    """The line with whatever looks like an account, a number of a person or a secret struck out."""
    for name, value in line.items():
        if isinstance(value, str):
            line[name] = SECRETS.sub("***", value)
    return line


def set_up(settings: Settings, file: Path | None = None) -> None:
    """Send every log line of this process to standard error, or to a file; then errors to both."""
    level = LEVELS.get(settings.log_level.lower(), logging.INFO)
    out: TextIO = file.open("a", encoding="utf-8") if file else sys.stderr
    render = _json if settings.log_json else _console(out)
    also = [_Aloud(_console(sys.stderr), sys.stderr)] if file else []
    common = _common(settings)
    structlog.configure(
        processors=[Sparing(), *common, *also, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=True,
    )
    _libraries(out, max(level, logging.WARNING), common, render)
    _uncaught()


def started(part: str, **where: Any) -> None:
    """One line says that a process has started: which part, of which release."""
    structlog.get_logger("allin").info("started", part=part, release=version("all-inclusive"), **where)


def _common(settings: Settings) -> list[Any]:
    """What every line goes through. What looks like a secret is struck out last: a trace may quote one too."""
    traced = [telemetry.in_log_lines] if settings.otlp_endpoint else []
    return [
        structlog.contextvars.merge_contextvars,
        *traced,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        masked,
    ]


_json = structlog.processors.JSONRenderer(default=str)


def _console(out: TextIO) -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(
        colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
    )


class _Aloud:
    """Where lines go to a file, an error is said on the terminal too: whoever looks at it must not miss it."""

    def __init__(self, render: structlog.dev.ConsoleRenderer, out: TextIO) -> None:
        self._render, self._out = render, out

    def __call__(self, logger: Any, name: str, line: Line) -> Line:
        """Pass on; an error is written here as well."""
        if line.get("level") in ("error", "critical"):
            self._out.write(f"{self._render(logger, name, dict(line))}\n")
            self._out.flush()
        return line


def _libraries(out: TextIO, level: int, common: list[Any], render: Any) -> None:
    """What libraries tell through Python's own logging, in the same form."""
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *common],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    handler.addFilter(_worth_writing(Sparing()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)


def _worth_writing(sparing: Sparing) -> Callable[[logging.LogRecord], bool]:
    """A formatter cannot leave a line out; a filter before it can."""

    def worth(record: logging.LogRecord) -> bool:
        said: Line = {"logger": record.name, "event": str(record.msg), "level": record.levelname.lower()}
        try:
            sparing(None, record.levelname.lower(), said)
        except structlog.DropEvent:
            return False
        if left_out := said.get("left_out"):
            record.msg = f"{record.msg} (and {left_out} more of these left out)"
        return True

    return worth


def _uncaught() -> None:
    """What nobody caught ends in a line too, and not in a bare trace."""

    def said(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        structlog.get_logger("allin").critical("uncaught", exc_info=(kind, error, trace))

    sys.excepthook = said
    threading.excepthook = lambda told: said(told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback)
