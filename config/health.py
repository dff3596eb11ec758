"""Health checks for load balancers, monitors and upgrades, without a session or a host name."""

import tempfile
from collections.abc import Callable

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from communities.checks import missing_objects, missing_tables

OK = "ok"
#: Seconds that clients should wait before asking again.
RETRY_AFTER = "10"
HERE = {"127.0.0.1", "::1", ""}


def check_database() -> str:
    """Return "ok", or why the database is unavailable, without its address or error message."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "does not answer"
    return OK


def check_migrations() -> str:
    """Return "ok", or that `manage.py migrate` is needed."""
    executor = MigrationExecutor(connection)
    return "not all applied" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else OK


def check_objects() -> str:
    """Return "ok", or that tables, triggers, indexes or shipped rows are missing: see `manage.py check --database default`."""
    return "some are missing" if missing_tables(connection) or missing_objects(connection) else OK


def check_media() -> str:
    """Return "ok", or that the media folder is not writable."""
    try:
        settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT) as file:
            file.write(b"ready?")
    except OSError:
        return "cannot be written"
    return OK


def state() -> dict[str, str]:
    """Return the state of each part; skip further database checks if the database does not answer."""
    parts = {"database": check_database()}
    if parts["database"] == OK:
        for name, check in (("migrations", check_migrations), ("database objects", check_objects)):
            try:
                parts[name] = check()
            except Error:
                parts[name] = "cannot be read"
    return {**parts, "media": check_media()}


class HealthMiddleware:
    """Answer `/health` and `/ready` before anything else: whatever the host name, without HTTPS, session or audit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the two URLs, and pass on every other request."""
        if request.path_info not in {"/health", "/ready"}:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        parts = {} if request.path_info == "/health" else state()
        is_well = all(said == OK for said in parts.values())
        answer = JsonResponse(
            {"status": OK if is_well else "not ready", **parts, **release(request)}, status=200 if is_well else 503
        )
        answer.headers["Cache-Control"] = "no-store"
        if not is_well:
            answer.headers["Retry-After"] = RETRY_AFTER
        return answer


def release(request: HttpRequest) -> dict[str, str]:
    """Return the folder that Kith runs from, only for requests from this machine and not through a proxy."""
    is_local = request.META.get("REMOTE_ADDR", "") in HERE and "HTTP_X_FORWARDED_FOR" not in request.META
    return {"release": settings.BASE_DIR.name} if is_local else {}
