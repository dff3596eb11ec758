"""The peak memory of an export, in a process that does nothing else: python -m bench.memory KIND ROWS."""

import json
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.report import Memory

KINDS = {
    "assets": "Assets as CSV",
    "ledger": "Ledgers as CSV, all rounds'",
    "indicators": "Indicators as CSV",
}
#: Pieces between two measurements.
EVERY = 50


def measure(environment: dict[str, str], rows: dict[str, tuple[int, int]]) -> Iterator[Memory]:
    """Yield the peaks of each kind for its two sizes; for indicators these are numbers of quarters."""
    for kind, numbers in rows.items():
        if kind == "indicators":
            # Once before measuring, so that all quarters are cached: the file is measured, not the counting.
            _probe(environment, kind, max(numbers))
        for number in numbers:
            yield Memory(name=KINDS[kind], **_probe(environment, kind, number))


def _probe(environment: dict[str, str], kind: str, number: int) -> dict[str, float]:
    answer = subprocess.run(
        [sys.executable, "-m", "bench.memory", kind, str(number)],
        env=environment,
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise RuntimeError(f"The export of {kind} failed: {answer.stderr[-2000:]}")
    return json.loads(answer.stdout)


def private_mb() -> float:
    """Return this process's current private memory, in MB; its peak where the system is not Linux."""
    return _status("RssAnon") or resident_mb()


def resident_mb() -> float:
    """Return the peak memory of this process, including mapped files, in MB."""
    # On Linux the value of `resource` starts with the parent's, which is another program.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return _status("VmHWM") or (peak / 1024**2 if sys.platform == "darwin" else peak / 1024)


def _status(name: str) -> float:
    """Return a value of Linux's /proc/self/status in MB; 0 on other systems."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return int(status.partition(f"{name}:")[2].split()[0]) / 1024


def _pieces(kind: str, number: int) -> Iterable[str]:
    """Return an export of so many rows, or quarters, as a view would stream it."""
    from django.utils import timezone

    from assets.exports import csv_export
    from assets.models import Asset
    from communities.models import Team, User
    from communities.periods import last
    from evaluation import reports
    from sparks.exports import ledger_file
    from sparks.models import Round

    if kind == "assets":
        return csv_export(Asset.objects.filter(team=1, pk__lte=number))
    if kind == "indicators":
        return reports.csv_file(reports.build(Team.objects.get(pk=1), last(number, until=timezone.localdate())))
    # Rounds one after another, so that there is enough to measure: one team's largest is a few thousand lines.
    rounds = Round.objects.order_by("pk")[:number]
    administrator = User(is_superuser=True)
    return (piece for each in rounds for piece in ledger_file(each, administrator)[1])


def main(kind: str, number: int) -> None:
    """Run an export to nowhere and print its rows and peaks as JSON."""
    import django

    django.setup()
    rows, peak = 0, private_mb()
    for count, piece in enumerate(_pieces(kind, number)):
        rows += piece.count("\n")
        if count % EVERY == 0:
            peak = max(peak, private_mb())
    peak = max(peak, private_mb())
    print(json.dumps({"rows": rows - 1, "private": peak, "resident": resident_mb()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
