"""Who may open which address of communities."""

from tests.url_table import Page

PAGES: dict[str, Page] = {}
