"""A preview takes no lock, and an import writes in short transactions, so that other users can save in between."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.models import Partner
from communities.resources import PartnerResource
from communities.resources import importing as batches
from communities.resources.rehearsal import rehearse
from connectors.resources import PersonResource
from tests.bringing import preview

pytestmark = [pytest.mark.ignore_template_errors]
ROWS = "name,kind\n" + "".join(f"Partner {number},other\n" for number in range(6))
WRITES = ("BEGIN", "SAVEPOINT", "INSERT", "UPDATE", "DELETE", "REPLACE")


def statements(queries: CaptureQueriesContext) -> list[str]:
    """Return the first word of each SQL statement."""
    return [each["sql"].split()[0].upper() for each in queries.captured_queries if each["sql"]]


def test_a_preview_opens_no_write_transaction(transactional_db, client_for, manager) -> None:
    client = client_for(manager)
    with CaptureQueriesContext(connection) as queries:
        page = preview(client, "communities/partner", ROWS)
    assert len(page.context["changes"]) == 6
    assert not set(statements(queries)) & set(WRITES)
    assert not Partner.objects.exists()


def test_the_transaction_check_notices_a_write(transactional_db, client_for, manager) -> None:
    page = preview(client_for(manager), "communities/partner", ROWS)
    with CaptureQueriesContext(connection) as queries:
        client_for(manager).post("/admin/communities/partner/import/confirm/", {"token": page.context["token"]})
    assert {"BEGIN", "INSERT"} <= set(statements(queries))


@pytest.mark.parametrize(("held", "commits"), [(0, 6), (60, 1)])
def test_an_import_commits_in_batches(transactional_db, manager, held, commits) -> None:
    """With no time allowed, each row is a transaction of its own; with a minute, one transaction takes all of them."""
    resource = PartnerResource(user=manager)
    rehearsal = rehearse(resource, ROWS.encode())
    with CaptureQueriesContext(connection) as queries:
        assert batches.write_rows(resource, rehearsal, held=held, pause=0).added == 6
    assert statements(queries).count("BEGIN") == statements(queries).count("COMMIT") == commits


def test_committed_batches_stay_when_a_request_times_out(transactional_db, manager) -> None:
    resource = PartnerResource(user=manager)
    brought = batches.write_rows(resource, rehearse(resource, ROWS.encode()), held=0, pause=0, patience=-1)
    assert (brought.added, brought.left, Partner.objects.count()) == (1, 5, 1)
    again = batches.write_rows(resource, rehearse(resource, ROWS.encode()), held=60, pause=0)
    assert (again.added, again.left, Partner.objects.count()) == (5, 0, 6)


def test_a_batch_holds_the_write_lock_for_less_than_two_seconds() -> None:
    """The limit is checked after every row, and waiting writers get their turn in between."""
    assert batches.HELD < 2
    assert batches.PAUSE > 0.1


def test_the_uuid_of_an_imported_row_depends_on_the_secret_key(db, manager, settings) -> None:
    """The UUID stays when a resident is erased: nobody with a copy of the database must be able to test names against
    it.
    """
    rows = b"known_as\nRose Quibble\n"
    ours = rehearse(PersonResource(user=manager), rows).rows[0].uuid
    settings.SECRET_KEY = "a key of somebody who guesses, of fifty letters or more"
    assert rehearse(PersonResource(user=manager), rows).rows[0].uuid != ours


def test_a_file_is_recognised_after_the_secret_key_was_changed(transactional_db, manager, settings) -> None:
    rows, resource = b"known_as\nRose Quibble\nRose Quibble\n", PersonResource(user=manager)
    preview = rehearse(resource, rows, {"same-rest": "1"})
    assert batches.write_rows(resource, preview, pause=0).added == 2
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of this very house, of fifty letters or more"
    assert rehearse(resource, rows).count("same") == 2
