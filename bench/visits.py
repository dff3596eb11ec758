"""Requests to a real Kith: the production entry point, called in this process as a web server calls it."""

import io
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from communities.models import User
from config.wsgi import application

#: A token as Django creates them; a request with it in the cookie and the form passes the CSRF check.
CSRF = "k" * 32


@dataclass
class Times:
    """The seconds of repeated runs."""

    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Return the median, in milliseconds."""
        return 1000 * statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """Return the 95th percentile, in milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


class Visitor:
    """A signed-in user."""

    def __init__(self, user: User) -> None:
        self.user = user
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    def get(self, address: str) -> int:
        """Request a page, read all of it, and return its size in bytes.

        Raises: RuntimeError for any status but 200.
        """
        return self._ask("GET", address, wanted="200")

    def post(self, address: str, fields: Mapping[str, str], *, wanted: str = "302") -> int:
        """Send a form as its page would, and return the size of the response, usually a redirect.

        Raises: RuntimeError for any status but the wanted one.
        """
        return self._ask("POST", address, urlencode({**fields, "csrfmiddlewaretoken": CSRF}).encode(), wanted=wanted)

    def _ask(self, method: str, address: str, body: bytes = b"", *, wanted: str) -> int:
        path, _, query = address.partition("?")
        answer: list[str] = []
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": settings.ALLOWED_HOSTS[0],
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": settings.ALLOWED_HOSTS[0],
            "HTTP_REFERER": f"https://{settings.ALLOWED_HOSTS[0]}/",
            "HTTP_COOKIE": f"{self.cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}",
            "HTTP_ACCEPT_LANGUAGE": "en-GB",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        response = application(environ, lambda status, headers, exc_info=None: answer.append(status))
        try:
            size = sum(len(piece) for piece in response)
        finally:
            response.close()
        if not answer[0].startswith(wanted):
            raise RuntimeError(f"{address} answered {answer[0]}")
        return size

    def queries(self, act: Callable[[], object]) -> int:
        """Return how many queries a function runs."""
        asked = 0

        def count(execute, sql, params, many, context):
            nonlocal asked
            asked += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            act()
        return asked


def side_by_side(one: Callable[[], object], other: Callable[[], object], *, rounds: int, seconds: float) -> list[Times]:
    """Time two functions in turn, so that other load on the machine affects both; at least three rounds."""
    times = [Times(), Times()]
    end = time.perf_counter() + seconds
    for turn in range(rounds):
        if turn >= 3 and time.perf_counter() > end:
            break
        for taken, act in zip(times, (one, other), strict=True):
            start = time.perf_counter()
            act()
            taken.seconds.append(time.perf_counter() - start)
    return times
