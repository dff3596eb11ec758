"""Kith beside Django's stock tools, on the same rows in turn: its admin, django-import-export, an icontains search.

django-import-export is not a dependency of Kith. It is measured if it is installed; otherwise a line says so.
"""

import tempfile
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import urlencode

from django.test import override_settings
from django.urls import reverse

from assets.exports import COLUMNS
from assets.models import Asset
from bench.imports import HEADINGS, import_file, taken_back, write_file
from bench.pages import deep_address, lists
from bench.plan import Plan
from bench.report import Line
from bench.visits import Visitor, side_by_side
from communities.models import Team, User

ADMIN, LIBRARY = "Django's admin", "django-import-export"
#: The library works a row at a time: more rows would only take longer.
IMPORT_ROWS = 2_000

type Pair = tuple[str, str, Callable[[], object], Callable[[], object]]


def measure(plan: Plan, *, rounds: int, seconds: float) -> Iterator[Line]:
    """Yield a line for each thing that both can do: Kith's times beside those of the stock tool."""
    with override_settings(ROOT_URLCONF="bench.peer_urls"):
        for name, peer, kith, stock in chain(_pages(plan), _files(plan)):
            kith()
            stock()
            taken = side_by_side(stock, kith, rounds=rounds, seconds=seconds)
            yield Line(name, taken[1].median, taken[1].p95, taken[0].median, None, note=peer)


def is_library_there() -> bool:
    """Return whether django-import-export is installed."""
    try:
        import import_export  # noqa: F401
    except ImportError:
        return False
    return True


def _pages(plan: Plan) -> Iterator[Pair]:
    """Yield lists and searches."""
    team, user = Team.objects.get(pk=plan.main.number), User.objects.get(pk=plan.main.first_user)
    who = Visitor(user)
    peers = {"Conversations": "conversation", "People": "person"}
    for name, address, rows in lists(team, user):
        if name not in peers:
            continue
        plain = reverse(f"peer:connectors_{peers[name]}_changelist", urlconf="bench.peer_urls")
        last, deep = deep_address(address, rows)
        yield f"{name}, first page", ADMIN, _getting(who, address), _getting(who, plain)
        yield f"{name}, page {last:,}", ADMIN, _getting(who, deep), _getting(who, f"{plain}?p={last}")
        if name == "Conversations":
            for words in ("bikes", "telescope kettle", "zeppelin"):
                query = f"?{urlencode({'q': words})}"
                yield (
                    f"Conversations with {words}",
                    "icontains",
                    _getting(who, address + query),
                    _getting(who, plain + query),
                )


def _getting(who: Visitor, address: str) -> Callable[[], object]:
    return lambda: who.get(address)


def _files(plan: Plan) -> Iterator[Pair]:
    """Yield an export and an import of assets, if the library is installed."""
    if not is_library_there():
        return
    from import_export.resources import ModelResource
    from tablib import Dataset

    team, place = Team.objects.get(pk=plan.main.number), plan.teams[-1]
    who = Visitor(User.objects.get(pk=plan.main.first_user))

    class Resource(ModelResource):
        class Meta:
            model = Asset
            fields = COLUMNS

    class Incoming(ModelResource):
        def after_init_instance(self, instance: Asset, new: bool, row: dict, **kwargs: object) -> None:
            instance.team_id = place.number

        class Meta:
            model = Asset
            fields = HEADINGS
            import_id_fields = ()
            force_init_instance = True
            use_transactions = True

    rows = Asset.objects.filter(team=team).listed().order_by("name", "id")
    address = f"{reverse('assets:asset-export')}?format=csv"
    yield f"{rows.count():,} assets as CSV", LIBRARY, _getting(who, address), lambda: Resource().export(rows).csv
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "assets.csv"
        write_file(path, place, IMPORT_ROWS)

        def stock() -> None:
            with taken_back():
                text = path.read_text(encoding="utf-8")
                Incoming().import_data(Dataset().load(text, format="csv"), raise_errors=True)

        other = Team.objects.get(pk=place.number)
        yield f"{IMPORT_ROWS:,} assets imported", LIBRARY, lambda: import_file(path, other), stock
