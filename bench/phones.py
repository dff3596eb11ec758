"""Phones that come back into signal all at once: each sends its saved items to a real server of several processes."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from bench.plan import Plan
from bench.visits import Times
from communities.models import Team, User
from connectors.capture import sealing
from connectors.capture.actions.receiving import record_device
from connectors.capture.actions.sealing_keys import current_key
from connectors.capture.queries import owner_id
from connectors.capture.views.phone import token_for
from connectors.models import Conversation

PHONES, ITEMS = 32, 40
#: How often a phone that got no answer, or was told to wait, tries again: for half a minute.
TRIES = 14
BOUNDARY = "kith-bench"
WORKERS = 2


@dataclass
class Phone:
    """One phone: its token, and its saved items, sealed and ready to send."""

    token: str
    host: str
    items: list[tuple[str, bytes]]

    def flush(self, port: int) -> list[float]:
        """Send every item twice, as if each first answer was lost, and return the seconds of each first request."""
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        taken = []
        for number, body in self.items:
            start = time.perf_counter()
            self._send(line, number, body)
            taken.append(time.perf_counter() - start)
            self._send(line, number, body)
        line.close()
        return taken

    def _send(self, line: http.client.HTTPConnection, number: str, body: bytes) -> None:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Host": self.host,
        }
        for wait in range(TRIES):
            try:
                line.request("POST", "/capture/", body, headers)
                answer = line.getresponse()
                said = answer.read()
            except (http.client.HTTPException, OSError):
                line.close()
            else:
                if answer.status in (200, 201) and json.loads(said)["uuid"] == number:
                    return
            time.sleep(0.05 * 2 ** min(wait, 6))
        raise RuntimeError("The server did not take what a phone sent.")


def measure(plan: Plan, environment: dict[str, str]) -> Iterator[str]:
    """Yield lines about 32 phones that send 40 conversations each, every one twice."""
    team = Team.objects.get(pk=plan.main.number)
    builders = list(User.objects.filter(memberships__team=team, memberships__role="builder").distinct()[:PHONES])
    host = environment["KITH_ALLOWED_HOSTS"]
    phones = [_phone(team, builders[each % len(builders)], host) for each in range(PHONES)]
    begun = timezone.now()
    numbers = [number for phone in phones for number, _body in phone.items]
    with serving(environment) as port:
        phones[0].flush(port)
        start = time.perf_counter()
        with ThreadPoolExecutor(PHONES) as pool:
            taken = Times([each for found in pool.map(lambda phone: phone.flush(port), phones[1:]) for each in found])
        seconds = time.perf_counter() - start
    kept = Conversation.objects.filter(uuid__in=numbers).count()
    mine = Conversation.objects.filter(received_at__gte=begun, summary__startswith="Bench ")
    doubled = mine.count() - mine.values("summary").distinct().count()
    yield (
        f"{PHONES} phones, {ITEMS} conversations each, each handed in twice, all at once: {len(numbers)} saved, {kept} kept, "
        f"{len(numbers) - kept} lost, {doubled} doubled"
    )
    yield (
        f"{len(numbers) / seconds:.0f} conversations a second; one took {taken.median:.0f} ms (median), {taken.p95:.0f} ms (p95), "
        f"with {PHONES} waiting at once for {WORKERS} processes"
    )


def _mark(number: str) -> str:
    return f"Bench {number}: "


def _phone(team: Team, user: User, host: str) -> Phone:
    """Return a phone with conversations saved without signal, sealed as a browser seals them."""
    key = current_key()
    device = record_device(by=user, team=team, uuid=uuid4())
    items = []
    for sequence in range(1, ITEMS + 1):
        number, moment = uuid4(), timezone.now()
        fields = [
            ["people", f"Nell {number.hex[:8]}"],
            ["summary", _mark(str(number)) + "talked about the benches by the canal."],
            ["held_on", timezone.localdate().isoformat()],
            ["gifts-TOTAL_FORMS", "0"],
            ["gifts-INITIAL_FORMS", "0"],
        ]
        words = {
            "v": 1,
            "uuid": str(number),
            "kind": "conversation",
            "owner": owner_id(user_id=user.pk, team_id=team.pk),
            "fields": fields,
            "recorded_at": moment.isoformat(),
            "phone_day": timezone.localdate().isoformat(),
        }
        sealed = sealing.seal(
            json.dumps(words).encode(), kind="conversation", uuid=number, kid=key.kid, spki=key.public_spki
        )
        meta = {
            "uuid": str(number),
            "sha256": sealing.digest(sealed),
            "kind": "conversation",
            "kid": key.kid,
            "sequence": sequence,
            "saved": ITEMS,
            "parent": None,
            "recorded_at": moment.isoformat(),
            "sent_at": moment.isoformat(),
        }
        items.append((str(number), _body(meta, sealed)))
    return Phone(token_for(user, team, device), host, items)


def _body(meta: dict[str, object], sealed: bytes) -> bytes:
    """Return the request's body as a browser encodes a form with a file."""
    part = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    head = f'{part}"meta"\r\n\r\n{json.dumps(meta)}\r\n{part}"sealed"; filename="sealed"\r\n'
    return (
        head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + sealed + f"\r\n--{BOUNDARY}--\r\n".encode()
    )


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[int]:
    """Yield the port of a server as one would run it on two cores, on the measured database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        "-m",
        "gunicorn",
        "config.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(WORKERS),
        "--threads",
        "4",
    ]
    process = subprocess.Popen(
        [sys.executable, *command, "--no-control-socket", "--log-level", "error"],
        env={**environment, "KITH_SECRET_KEY": settings.SECRET_KEY, "KITH_SSL_REDIRECT": "0"},
        cwd=Path(__file__).resolve().parent.parent,
    )
    try:
        for _try in range(100):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise RuntimeError("The server for the phones did not start.")
        yield port
    finally:
        process.terminate()
        process.wait(30)
