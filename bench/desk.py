"""Builders who save conversations while a manager previews and imports a large file: who waits, and for how long."""

import http.client
import random
import re
import secrets
import string
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.phones import BOUNDARY, serving
from bench.plan import Plan
from bench.visits import Times
from communities.models import Team, User
from connectors.models import Conversation, Person

BUILDERS, ROWS = 5, 5_000
#: Seconds in which the builders save and nothing else happens.
QUIET = 5
#: How often a manager continues an unfinished import, at most.
GOES_ON = 20


@dataclass
class Desk:
    """One signed-in browser: its cookies, and where it sends requests."""

    host: str
    port: int
    cookies: str
    csrf: str

    @classmethod
    def of(cls, user: User, host: str, port: int) -> "Desk":
        """Sign a user in and return their browser."""
        client = Client()
        client.force_login(user)
        session, csrf = client.cookies[settings.SESSION_COOKIE_NAME].value, secrets.token_hex(16)
        cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={csrf}"
        return cls(host, port, cookies, csrf)

    def post(self, path: str, body: bytes, content_type: str) -> tuple[int, str]:
        """Send a form and return the status and the page."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {
            "Host": self.host,
            "Cookie": self.cookies,
            "X-CSRFToken": self.csrf,
            "Content-Type": content_type,
        }
        try:
            line.request("POST", path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            line.close()


class Builder(threading.Thread):
    """A builder who saves one conversation after another until stopped."""

    def __init__(self, desk: Desk, mark: str, stop: threading.Event):
        super().__init__()
        self.desk, self.mark, self.stop = desk, mark, stop
        self.taken: list[float] = []
        self.errors: list[str] = []

    def run(self) -> None:
        """Save, and record how long each request took and its errors."""
        path = reverse("connectors:conversation-create")
        while not self.stop.is_set():
            start = time.perf_counter()
            try:
                status, _page = self.desk.post(path, self._talk(), "application/x-www-form-urlencoded")
                if status != 302:
                    self.errors.append(str(status))
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(repr(error))
            self.taken.append(time.perf_counter() - start)
            self.stop.wait(0.05)

    def _talk(self) -> bytes:
        number = uuid4()
        return urlencode(
            {
                "uuid": str(number),
                "people": f"Nell {number.hex[:8]}",
                "summary": f"{self.mark} talked about the benches by the canal.",
                "held_on": timezone.localdate().isoformat(),
                "gifts-TOTAL_FORMS": "0",
                "gifts-INITIAL_FORMS": "0",
            }
        ).encode()


def measure(plan: Plan, environment: dict[str, str]) -> Iterator[str]:
    """Yield lines about five builders who save while nothing else happens, during a preview, and during an import."""
    rows, team = ROWS, Team.objects.get(pk=plan.main.number)
    builders = list(User.objects.filter(memberships__team=team, memberships__role="builder").distinct()[:BUILDERS])
    manager = User.objects.get(pk=plan.main.manager)
    host, mark = environment["KITH_ALLOWED_HOSTS"], f"Desk{uuid4().hex[:8]}"
    with serving(environment) as port:
        desks = [Desk.of(builder, host, port) for builder in builders]
        at_desk = Desk.of(manager, host, port)
        stages: list[tuple[str, Callable[[], str]]] = [("nothing else", lambda: time.sleep(QUIET) or "")]
        file = _file(mark, rows)
        stages.append((f"{rows:,} rows previewed", lambda: _preview(at_desk, file)))
        stages.append((f"{rows:,} rows imported", lambda: _import(at_desk, token)))
        # Let every process answer before anything is timed.
        _beside(desks, f"Before {mark}", lambda: time.sleep(QUIET) or "")
        saved, token = 0, ""
        for name, work in stages:
            taken, errors, seconds, token = _beside(desks, mark, work)
            saved += len(taken) - len(errors)
            times = Times(taken)
            yield (
                f"{name} ({seconds:.1f} s): {len(taken)} saves by {BUILDERS} builders, {len(errors)} errors "
                f"{sorted(set(errors)) or ''}, median {times.median:.0f} ms, p95 {times.p95:.0f} ms, "
                f"slowest {max(taken) * 1000:.0f} ms"
            )
    kept = Conversation.objects.filter(summary__startswith=mark).count()
    there = Person.objects.filter(street__startswith=mark).count()
    yield f"{saved} conversations saved, {kept} kept; {rows:,} residents in the file, {there:,} there"


def _beside(desks: list[Desk], mark: str, work: Callable[[], str]) -> tuple[list[float], list[str], float, str]:
    """Do some work while the builders save; return their times, their errors, the work's seconds and its result."""
    stop = threading.Event()
    crew = [Builder(desk, mark, stop) for desk in desks]
    for each in crew:
        each.start()
    start = time.perf_counter()
    try:
        found = work()
    finally:
        seconds = time.perf_counter() - start
        stop.set()
        for each in crew:
            each.join()
    return [t for each in crew for t in each.taken], [e for each in crew for e in each.errors], seconds, found


def _file(mark: str, rows: int) -> bytes:
    """Return residents whose names are nothing like each other: a likely duplicate would be asked about instead of imported."""
    draw = random.Random(mark)
    names = ("".join(draw.choices(string.ascii_lowercase, k=12)).capitalize() for _number in range(rows))
    lines = (f"{name},{mark} Row {number},in_person" for number, name in enumerate(names))
    return "\n".join(("known_as,street,contact_preference", *lines)).encode()


def _preview(desk: Desk, file: bytes) -> str:
    """Send a file and return the token of its preview. Raises: RuntimeError when it cannot be imported."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = head.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()
    path = reverse("admin:connectors_person_import")
    status, page = desk.post(path, body, f"multipart/form-data; boundary={BOUNDARY}")
    if not (found := _token(page)):
        raise RuntimeError(f"The preview was answered with {status} and offers nothing to import.")
    return found


def _import(desk: Desk, token: str) -> str:
    """Confirm a preview, and continue until every row is imported. Raises: RuntimeError when that fails."""
    path = reverse("admin:connectors_person_import_confirm")
    for _more in range(GOES_ON):
        status, page = desk.post(path, urlencode({"token": token}).encode(), "application/x-www-form-urlencoded")
        if status == 302:
            return ""
        if status != 200 or not (token := _token(page)):
            raise RuntimeError(f"The import was answered with {status}.")
    raise RuntimeError("The import did not come to an end.")


def _token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    return found.group(1) if found else ""
