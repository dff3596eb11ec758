"""Everything that is measured, in the order in which it is printed."""

import argparse
from collections.abc import Iterator

from bench import desk, exports, imports, memory, pages, peers, phones
from bench.plan import ROUNDS, Plan
from bench.report import heading, say, say_memory, say_peer


def everything(plan: Plan, asked: argparse.Namespace, environment: dict[str, str]) -> Iterator[str]:
    """Yield the report line by line, each as soon as it is measured."""
    if asked.desk:
        yield from ("", "Builders who save while a manager imports")
        yield from desk.measure(plan, environment)
        return
    yield from heading("Pages, in milliseconds", "the blank page, signed in, looked at turn about with each")
    for line in pages.measure(plan, rounds=asked.rounds, seconds=asked.seconds):
        yield say(line)
    yield from heading("Files, in milliseconds", "the database's own dump of the same rows, turn about")
    for line in exports.measure(plan, rounds=15, seconds=asked.seconds):
        yield say(line)
    yield from ("", "Beside Django's stock tools, the same rows turn about: Kith takes so many times as long")
    for line in peers.measure(plan, rounds=9, seconds=asked.seconds):
        yield say_peer(line)
    if not peers.is_library_there():
        yield f"{peers.LIBRARY} is not installed, so its export and import are not measured."
    yield from heading("Workbook, in milliseconds", "the same rows written as CSV by Python, turn about")
    for line in exports.measure_workbook(plan, rounds=5, seconds=asked.seconds):
        yield say(line)
    sizes = {
        "assets": (plan.main.assets // 5, plan.main.assets),
        "ledger": (ROUNDS, ROUNDS * len(plan.teams)),
        "indicators": (4, 20),
    }
    yield from say_memory(memory.measure(environment, sizes))
    yield from ("", "Phones coming back into signal")
    yield from phones.measure(plan, environment)
    yield from ("", "Builders who save while a manager imports")
    yield from desk.measure(plan, environment)
    if asked.import_rows:
        yield from heading("Import, in milliseconds", "Django's bulk insert of the very same rows, turn about")
        for line in imports.measure(plan, rows=asked.import_rows, rounds=3):
            yield say(line)
