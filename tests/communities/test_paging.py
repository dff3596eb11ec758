"""Keyset pages: every row once, forwards and backwards, and only signed cursors."""

from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.core.exceptions import BadRequest
from django.http import QueryDict

from communities.models import AuditEntry, Partner
from communities.paging import capped_count, keyset_page, numbered_page
from tests.factories.communities import AuditEntryFactory, PartnerFactory

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


def ask(query: str = "", path: str = "/list/") -> SimpleNamespace:
    return SimpleNamespace(GET=QueryDict(query), path=path)


def follow(url: str) -> SimpleNamespace:
    return ask(urlsplit(url).query, urlsplit(url).path)


def walk(queryset, size: int, query: str = "") -> tuple[list[list[int]], list[list[int]]]:
    """Return the pages visited going forwards to the end, then backwards to the start."""
    page = keyset_page(ask(query), queryset, size=size)
    forwards = [[row.pk for row in page]]
    while page.next_url:
        page = keyset_page(follow(page.next_url), queryset, size=size)
        forwards.append([row.pk for row in page])
    backwards = [[row.pk for row in page]]
    while page.previous_url:
        page = keyset_page(follow(page.previous_url), queryset, size=size)
        backwards.append([row.pk for row in page])
    return forwards, backwards


@pytest.fixture
def entries(team):
    """Return eleven entries with four timestamps: one, five, three and two of each."""
    moments = [0, *[1] * 5, *[2] * 3, *[3] * 2]
    return [AuditEntryFactory(team=team, at=NOON + timedelta(days=day)) for day in moments]


@pytest.mark.parametrize("order", [("-at", "-id"), ("at", "id"), ("-id",), ("id",)])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 10, 11, 12])
def test_every_row_appears_once_in_both_directions_despite_ties(entries, order, size):
    queryset = AuditEntry.objects.order_by(*order)
    expected = list(queryset.values_list("pk", flat=True))
    forwards, backwards = walk(queryset, size)
    assert [pk for page in forwards for pk in page] == expected
    assert [pk for page in reversed(backwards) for pk in page] == expected
    assert all(len(page) == size for page in forwards[:-1])


@pytest.mark.parametrize("order", [("name", "pk"), ("-name", "-pk")])
def test_rows_can_be_ordered_by_text(team, order):
    for name in ("Ash", "Birch", "Elm's & co", "Öl", "Oak; --", "?after=x"):
        PartnerFactory(team=team, name=name)
    queryset = Partner.objects.order_by(*order)
    forwards, backwards = walk(queryset, 2)
    expected = list(queryset.values_list("pk", flat=True))
    assert [pk for page in forwards for pk in page] == expected
    assert [pk for page in reversed(backwards) for pk in page] == expected


def test_first_and_last_pages_know_their_neighbours(entries):
    queryset = AuditEntry.objects.order_by("-id")
    first = keyset_page(ask(), queryset, size=6)
    last = keyset_page(follow(first.next_url), queryset, size=6)
    assert (first.has_previous, first.has_next, last.has_previous, last.has_next) == (False, True, True, False)
    back = keyset_page(follow(last.previous_url), queryset, size=6)
    assert (back.has_previous, back.has_next, [row.pk for row in back]) == (False, True, [row.pk for row in first])
    assert first.first_url == last.first_url == "/list/"


def test_adding_a_row_moves_no_other_between_pages(entries, team):
    queryset = AuditEntry.objects.order_by("-at", "-id")
    first = keyset_page(ask(), queryset, size=4)
    expected = list(queryset.values_list("pk", flat=True))[4:8]
    AuditEntryFactory(team=team, at=NOON + timedelta(days=9))
    assert [row.pk for row in keyset_page(follow(first.next_url), queryset, size=4)] == expected


def test_other_query_parameters_stay_in_the_address(entries):
    page = keyset_page(ask("model=x&model=y&q=a+b%26c"), AuditEntry.objects.order_by("-id"), size=2)
    query = parse_qs(urlsplit(page.next_url).query)
    assert (query["model"], query["q"], list(query)) == (["x", "y"], ["a b&c"], ["model", "q", "after"])
    assert page.first_url == "/list/?model=x&model=y&q=a+b%26c"


def test_an_empty_list_has_one_page(db):
    page = keyset_page(ask(), AuditEntry.objects.order_by("-id"))
    assert (page.rows, page.next_url, page.previous_url, page.total_label) == ([], "", "", "0")


def test_a_page_past_the_end_links_back(entries):
    queryset = AuditEntry.objects.order_by("id")
    page = keyset_page(ask(), queryset, size=6)
    url = page.next_url
    empty = keyset_page(follow(url), queryset.filter(pk__lte=page.rows[-1].pk), size=6)
    assert (empty.rows, empty.first_url) == ([], "/list/")


def test_a_cursor_hides_its_values_and_stays_the_same(entries):
    queryset = AuditEntry.objects.order_by("-at", "-id")
    one, two = (keyset_page(ask(), queryset, size=2).next_url for _time in range(2))
    assert one == two
    sealed = parse_qs(urlsplit(one).query)["after"][0]
    assert str(entries[0].at.year).encode() not in urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))


def test_a_changed_cursor_is_refused(entries):
    queryset = AuditEntry.objects.order_by("-at", "-id")
    good = parse_qs(urlsplit(keyset_page(ask(), queryset, size=2).next_url).query)["after"][0]
    for bad in (
        good + "x",
        good[1:],
        "x",
        "eyJ9:x",
        good[:-2],
        signing.Signer(salt="kith.page").sign_object([1, 2]),
        "A" * 60,
        "\x00",
        "é",
    ):
        for direction in ("after", "before"):
            request = SimpleNamespace(GET=QueryDict(mutable=True), path="/")
            request.GET[direction] = bad
            with pytest.raises(BadRequest):
                keyset_page(request, queryset, size=2)


def test_a_cursor_of_another_list_is_refused(entries, team):
    PartnerFactory.create_batch(3, team=team)
    names, ids = Partner.objects.order_by("name", "pk"), AuditEntry.objects.order_by("-id")
    moments, words = AuditEntry.objects.order_by("-at", "-id"), AuditEntry.objects.order_by("verb", "id")
    lists = [names, ids, moments, words, AuditEntry.objects.order_by("id"), AuditEntry.objects.order_by("at", "id")]
    for source in lists:
        url = keyset_page(ask(), source, size=1).next_url
        for target in lists:
            if target is not source:
                with pytest.raises(BadRequest):
                    keyset_page(follow(url), target, size=1)


def test_a_sealed_cursor_with_invalid_values_is_refused(entries):
    from communities.paging import _sealed

    queryset = AuditEntry.objects.order_by("-at", "-id")
    for values in (["yesterday", 1], [None, 1], [{"a": 1}, 1], ["2026-05-20T12:00:00+00:00", "x"], [], 7, "x", [1]):
        request = SimpleNamespace(GET=QueryDict(mutable=True), path="/")
        request.GET["after"] = _sealed(queryset, ["-at", "-id"], values)
        with pytest.raises(BadRequest):
            keyset_page(request, queryset, size=2)


def test_the_page_answers_400(client_for, manager, team):
    AuditEntryFactory.create_batch(60, team=team)
    client = client_for(manager)
    assert client.get("/audit/?after=nonsense").status_code == 400
    partners = keyset_page(ask(), Partner.objects.order_by("name", "pk"), size=1)
    assert partners.next_url == ""
    PartnerFactory.create_batch(2, team=team)
    url = keyset_page(ask(path="/audit/"), Partner.objects.order_by("name", "pk"), size=1).next_url
    assert client.get(url).status_code == 400


@pytest.mark.parametrize("order", [("at",), ("verb",), ()])
def test_an_ambiguous_order_raises_an_error(db, order):
    queryset = AuditEntry.objects.order_by(*order) if order else AuditEntry.objects.order_by()
    with pytest.raises(ValueError, match="total order|unique"):
        keyset_page(ask(), queryset)


@pytest.mark.parametrize("order", [("-at", "id"), ("at", "verb", "id")])
def test_an_order_in_two_directions_raises_an_error(db, order):
    with pytest.raises(ValueError, match="one direction"):
        keyset_page(ask(), AuditEntry.objects.order_by(*order))


def test_counting_stops_at_the_limit(entries):
    queryset = AuditEntry.objects.order_by("-id")
    assert [capped_count(queryset, cap) for cap in (5, 10, 11, 12)] == [6, 11, 11, 11]
    page = keyset_page(ask(), queryset, cap=10)
    assert (page.total, page.is_capped, page.total_label) == (10, True, "more than 10")
    page = keyset_page(ask(), queryset, cap=11)
    assert (page.total, page.is_capped, page.total_label) == (11, False, "11")


def test_every_page_takes_two_queries(entries, django_assert_num_queries):
    queryset = AuditEntry.objects.order_by("-at", "-id")
    page = keyset_page(ask(), queryset, size=3)
    for _each in range(3):
        with django_assert_num_queries(2):
            page = keyset_page(follow(page.next_url), queryset, size=3)


def test_rows_in_memory_are_shown_up_to_a_cap(rf) -> None:
    page = numbered_page(rf.get("/?page=2"), list(range(30)), size=15, cap=20)
    assert (page.rows, page.total, page.total_label, page.is_capped) == ([15, 16, 17, 18, 19], 20, "more than 20", True)
    assert not page.has_next
    assert numbered_page(rf.get("/"), list(range(30)), size=15).total_label == "30"
