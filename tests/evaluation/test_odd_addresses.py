"""URLs that somebody altered get a page, never an error."""

import pytest

PERIODS = (
    "0001-01-01_0001-03-31",
    "9999-10-01_9999-12-31",
    "0001-04-01_0002-03-31",
    "1900-01-01_1900-03-31",
    "nonsense",
)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("path", ["/indicators/residents-met/", "/indicators/strategies-changed/measurements/new/"])
def test_a_period_without_records_shows_a_page(path, period, client_for, manager):
    assert client_for(manager).get(path, {"period": period, "place": "9" * 20}).status_code == 200
