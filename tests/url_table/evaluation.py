"""Who may open which address of evaluation."""

from tests.url_table import Page

PAGES: dict[str, Page] = {}
