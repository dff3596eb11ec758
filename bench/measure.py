"""Everything that is measured, in the order in which it is printed."""

import argparse
from collections.abc import Iterator

from bench import exports, imports, memory, pages, phones
from bench.plan import ROUNDS, Plan
from bench.report import heading, say, say_memory


def everything(plan: Plan, asked: argparse.Namespace, environment: dict[str, str]) -> Iterator[str]:
    """Yield the report line by line, each as soon as it is known."""
    yield from heading("Pages, in milliseconds", "the blank page, signed in, looked at turn about with each")
    for line in pages.measure(plan, rounds=asked.rounds, seconds=asked.seconds):
        yield say(line)
    yield from heading("Files, in milliseconds", "the database's own dump of the same rows, turn about")
    for line in exports.measure(plan, rounds=15, seconds=asked.seconds):
        yield say(line)
    sizes = {
        "assets": (plan.main.assets // 5, plan.main.assets),
        "ledger": (ROUNDS, ROUNDS * len(plan.teams)),
        "indicators": (4, 20),
    }
    yield from say_memory(memory.measure(environment, sizes))
    yield from ("", "Phones coming back into signal")
    yield from phones.measure(plan, environment)
    if asked.import_rows:
        yield from heading("Import, in milliseconds", "Django's bulk insert of the very same rows, turn about")
        for line in imports.measure(plan, rows=asked.import_rows, rounds=3):
            yield say(line)
