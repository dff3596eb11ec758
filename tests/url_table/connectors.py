"""Who may open which address of connectors."""

from tests.url_table import Page

PAGES: dict[str, Page] = {}
