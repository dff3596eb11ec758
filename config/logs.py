"""Logging and error output without the values of rows.

PostgreSQL adds a DETAIL to errors, "Failing row contains (…)", with people's texts, and some of its messages quote the
refused value. Errors of actions name residents. None of this may be logged, because erasing a resident does not reach
logs. The same applies to links that give access to anyone who has them.
"""

import copy
import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType

from django.core.exceptions import ValidationError
from django.db import Error

#: The class of PostgreSQL's error codes for invalid values, whose messages quote the value.
#: Source: PostgreSQL documentation, appendix A, "PostgreSQL Error Codes".
DATA_EXCEPTION = "22"


#: How the paths of links begin that give access by themselves. The proxy leaves out the same ones: docs/deployment.md.
SECRET_DOORS = (
    "/join/",
    "/password/reset/",
    "/sheet/open/",
    "/apply/mine/",
    "/apply/host/",
    "/calendar/",
    "/data/",
    "/pack/",
    "/unsubscribe/",
)
SECRET_LINK = re.compile(rf"({'|'.join(SECRET_DOORS)})[^\s\"'<>]+")


def told(error: BaseException) -> str:
    """Return an error's message without values; for PostgreSQL, only its name, code and message.

    For a ValidationError, only the codes and fields, because its messages can quote the input.
    """
    if isinstance(error, ValidationError):
        return ", ".join(_codes(error)) or "no code"
    report = getattr(error, "diag", None) or getattr(error.__cause__, "diag", None)
    code = getattr(report, "sqlstate", None)
    if not code:
        return str(error)
    name = type(error if hasattr(error, "diag") else error.__cause__).__name__
    return f"{name} ({code})" if code.startswith(DATA_EXCEPTION) else f"{report.message_primary} ({code})"


def _codes(error: ValidationError) -> Iterator[str]:
    """Yield the code of each validation error, prefixed with its field if it has one."""
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            yield from (f"{name}: {each.code}" for each in errors)
    else:
        yield from (str(each.code) for each in error.error_list if each.code)


def holds_values(error: object) -> bool:
    """Return whether an error's message may contain values: database errors and validation errors."""
    return isinstance(error, Error | ValidationError) or (isinstance(error, BaseException) and hasattr(error, "diag"))


def chain(error: BaseException | None, seen: set[int] | None = None) -> Iterator[BaseException]:
    """Yield an error after its causes, each once."""
    seen = set() if seen is None else seen
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield from chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__), seen)
    yield error


def format_error(error: BaseException) -> str:
    """Return the traceback of an error and its causes, without the values of rows."""
    errors = list(chain(error))
    parts = ["Traceback (most recent call last):\n" + "".join(_lines(each)) for each in errors]
    text = "\nThe error above led to this one:\n\n".join(parts)
    # An error can quote the message of another.
    for each in filter(holds_values, errors):
        text = text.replace(str(each), told(each))
    return text.rstrip("\n")


def _lines(error: BaseException) -> Iterator[str]:
    yield from traceback.format_tb(error.__traceback__)
    if holds_values(error):
        yield f"{type(error).__module__}.{type(error).__qualname__}: {told(error)}\n"
    else:
        yield from traceback.format_exception_only(error)


class WithoutValues(logging.Formatter):
    """A log formatter that removes the values of rows from database errors."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a copy, because another handler may have stored the full traceback in the record."""
        plain = copy.copy(record)
        plain.exc_text = None
        plain.msg = _plain(record.msg)
        if isinstance(record.args, tuple):
            plain.args = tuple(map(_plain, record.args))
        elif isinstance(record.args, dict):
            plain.args = {name: _plain(value) for name, value in record.args.items()}
        return SECRET_LINK.sub(r"\1…/", super().format(plain))

    def formatException(self, ei: tuple) -> str:  # noqa: N802 - Python's name
        """Return the traceback without the values of rows."""
        return format_error(ei[1])


class AsJson(WithoutValues):
    """A log formatter that writes each record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return time, level, logger, message and traceback; for responses also the status and method."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "words": super().format(record),
        }
        request, status = getattr(record, "request", None), getattr(record, "status_code", None)
        if status is not None:
            line |= {"status": status, "method": getattr(request, "method", None)}
        return json.dumps(line, ensure_ascii=False)


def _plain(value: object) -> object:
    return told(value) if holds_values(value) else value


def show_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print an error that ends a command; replaces `sys.excepthook`."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    print(format_error(error), file=sys.stderr)
