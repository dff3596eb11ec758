"""Send files, or refuse a wrong filter: audit the download with its number of rows, then stream it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from django import forms
from django.db.models import Model
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from communities import audit
from communities.models import Team


def send_export(
    request: HttpRequest,
    content: Iterator[str] | BinaryIO,
    *,
    name: str,
    content_type: str,
    team: Team | int,
    model: type[Model],
    rows: int,
    fields: Iterable[str] = (),
    what: object = "",
) -> StreamingHttpResponse:
    """Send a file of a team's rows, with an audit entry before the first byte.

    `content` is an iterator of chunks, or an open file at its start; for the rest, see `audit.record_export`.
    """
    audit.record_export(by=request.user, team=team, model=model, rows=rows, fields=fields, what=what)
    return send_file(content, name=name, content_type=content_type)


def send_list(
    request: HttpRequest,
    content: Iterator[str] | BinaryIO,
    *,
    name: str,
    content_type: str,
    model: type[Model],
    rows_by_team: Mapping[int | None, int],
    fields: Iterable[str],
) -> StreamingHttpResponse:
    """Send a list with rows of one or more teams, with an audit entry in each team before the first byte."""
    for team, rows in rows_by_team.items():
        audit.record_export(by=request.user, team=team, model=model, rows=rows, fields=fields)
    return send_file(content, name=name, content_type=content_type)


def refuse_filter(request: HttpRequest, form: forms.BaseForm) -> HttpResponse | None:
    """Return a page with status 400 that says which filters of a file are wrong; None if none is.

    Without it, a file with a misspelt filter would have every row, and nobody would see it.
    """
    if not form.errors:
        return None
    faults = [
        (form.fields[name].label or name if name in form.fields else "", errors) for name, errors in form.errors.items()
    ]
    return render(request, "communities/wrong_filter.html", {"faults": faults}, status=400)


def send_file(content: Iterator[str] | BinaryIO, *, name: str, content_type: str) -> StreamingHttpResponse:
    """Send a file without any team's data, such as a glossary, without an audit entry."""
    if hasattr(content, "read"):
        return FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return StreamingHttpResponse(content, content_type=content_type, headers=headers)
