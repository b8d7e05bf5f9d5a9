"""What `sulka serve` and `sulka demo` say while they run: a line for a thing, all processes in one form.

On a terminal for people, else as JSON, one object a line; `logs.form` says so whatever stdout is. Times are ISO 8601 in
UTC. What libraries say by `logging` goes the same way.

A fault is told by its kind and by the places that it went through. Its own words are left out: they may repeat what
somebody sent, and names and texts stand in the directory alone.
"""

import logging
import os
import sys
from collections.abc import Iterator
from traceback import StackSummary, walk_tb
from typing import Final

import msgspec
import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from engine.settings import LOG_FORM, LogForm, LogSettings, Settings

MOST_PLACES: Final = 50
"""So many places of one fault are told, the innermost ones."""

MOST_FAULTS: Final = 10
"""So many faults that led to each other are told."""

LED_TO: Final = "\nwhich led to\n"


def say_in_one_form(settings: Settings, process: str) -> None:
    """From now on this process logs so; `process` is its name in each line."""
    form = settings.logs.form
    if form == "auto":
        form = "terminal" if sys.stdout.isatty() else "json"
    shared: list[Processor] = [
        _named(process),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(told),
    ]
    renderer = _renderer(form)
    structlog.configure(processors=[*shared, renderer], logger_factory=structlog.PrintLoggerFactory(sys.stdout))
    others = logging.StreamHandler(sys.stdout)
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[first_line, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[others], level=logging.WARNING, force=True)
    # That a job is skipped while its last look still waits for the store is no news.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)


def for_people(settings: Settings) -> Settings:
    """The settings of a command whose output is for people wherever it goes, and of the processes under it."""
    if settings.logs.form != "auto":
        return settings
    os.environ[LOG_FORM] = "terminal"
    return msgspec.structs.replace(settings, logs=LogSettings("terminal"))


def told(exc_info: ExcInfo) -> str:
    """The places that a fault and those behind it went through, and their kinds; the one that came first first."""
    return LED_TO.join(_place_by_place(error) for error in reversed(list(_behind(exc_info[1]))))


def _place_by_place(error: BaseException) -> str:
    places = StackSummary.extract(walk_tb(error.__traceback__), limit=-MOST_PLACES)
    return f"{''.join(places.format())}{type(error).__module__}.{type(error).__qualname__}"


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """The fault, and those that led to it; of a group the first."""
    seen: list[BaseException] = []
    while error is not None and len(seen) < MOST_FAULTS and not any(error is other for other in seen):
        seen.append(error)
        yield error
        if isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        else:
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def first_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What a library says on further lines repeats a fault in its own words."""
    event["event"] = str(event["event"]).strip().partition("\n")[0]
    return event


def _named(process: str) -> Processor:
    def named(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {"process": process, **event}

    return named


def _renderer(form: LogForm) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
        pad_event_to=0,
        pad_level=False,
        sort_keys=False,
        exception_formatter=structlog.dev.plain_traceback,
    )
