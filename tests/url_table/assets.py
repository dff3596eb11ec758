"""Who may open which address of assets."""

from tests.url_table import Page

PAGES: dict[str, Page] = {}
