"""Who may open which address that belongs to no app."""

from tests.url_table import TEAM, Page

PAGES: dict[str, Page] = {
    "styleguide": Page(TEAM, methods=("GET",)),
    "today": Page(TEAM, methods=("GET",)),
}
