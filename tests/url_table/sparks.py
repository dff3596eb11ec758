"""Who may open which address of sparks."""

from tests.url_table import Page

PAGES: dict[str, Page] = {}
