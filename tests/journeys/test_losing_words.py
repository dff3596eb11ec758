"""Ten forms and eight ways of losing what was typed.

`python -m pytest tests/journeys/test_losing_words.py -s -n 0` prints the table. The eighty take two minutes of processor time.
"""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Error

from communities.models import Draft
from connectors.models import SealedItem
from tests.journeys.conftest import SHOTS
from tests.journeys.test_drafts import FORMS, WAYS, Street, table

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def found() -> Iterator[dict[tuple[str, str], bool]]:
    """Return the outcomes of this process by form and way, which are printed and stored at its end."""
    outcomes, began = {}, time.monotonic()
    yield outcomes
    SHOTS.mkdir(exist_ok=True)
    (SHOTS / "drafts.txt").write_text(table(outcomes) + "\n")
    print(f"\n{table(outcomes)}; {time.monotonic() - began:.0f} s")


@pytest.mark.parametrize("name", FORMS)
def test_a_form_loses_no_words_in_eight_ways(context, signed_in, console_is_clean, found, name: str) -> None:
    street, form, lost = Street(context, signed_in, console_is_clean), FORMS[name], {}
    for number, (way, lose) in enumerate(WAYS.items()):
        try:
            found[name, way] = lose(street, form, street.address(form), f"The {name} of day {number}")
        except (AssertionError, Error) as error:
            found[name, way], lost[way] = False, str(error)
        if not found[name, way]:
            lost.setdefault(way, "the words are not in the form, and not among the drafts")
        street.close_tabs()
        Draft.objects.all().delete()
        SealedItem.objects.exclude(sealed=None).delete()
    assert lost == {}
