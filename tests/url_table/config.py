"""Access to the URLs that belong to no app."""

from tests.url_table import ANYONE, TEAM, Page

PAGES: dict[str, Page] = {
    "calendar": Page(ANYONE, lambda world: {"secret": world.calendar}, methods=("GET",), visit=False),
    "change-password": Page(ANYONE, status=302, methods=("GET",), visit=False),
    "help": Page(ANYONE - {"anonymous"}, lambda world: {"page": "today"}, methods=("GET",)),
    "security-txt": Page(ANYONE, status=404, methods=("GET",), visit=False),
    "styleguide": Page(TEAM, methods=("GET",)),
    "today": Page(TEAM, methods=("GET",)),
}
