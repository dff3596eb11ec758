"""An address at which a program reads a release: shown once, withdrawn with a button, too old one day, and without a session."""

import io
import re
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.actions.members import change_member_roles, remove_member, remove_role
from communities.actions.undo import undo
from communities.handover import Choices
from communities.models import AuditEntry, Draft, Role, Team, Undoable, User
from connectors.models import NextStep
from evaluation.actions.addresses import make_release_address, withdraw_release_address
from evaluation.models import Release, ReleaseAddress
from evaluation.releases.package import PARTS, package_of
from tests.evaluation.worlds import PERIODS
from tests.factories.communities import UserFactory
from tests.factories.evaluation import StoryFactory, release

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Q1 = PERIODS[1]


@pytest.fixture
def closed(team: Team) -> Release:
    """Return the release of a quarter with a story."""
    StoryFactory(
        team=team, happened_on=Q1.start, published=True, published_at=f"{Q1.end} 12:00Z", indicators=["groups-formed"]
    )
    return release(team, Q1)


def url(secret: str, name: str = "values.csv") -> str:
    """Return the address of a file."""
    return reverse("evaluation:release-data", args=[secret, name])


def test_every_file_is_that_of_the_package(closed: Release, evaluator: User, client) -> None:
    made = make_release_address(by=evaluator, release=closed, program="r", days=91)
    with package_of(Release.objects.filter(pk=closed.pk)).file as file:
        whole = file.read()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        expected = {name: archive.read(name) for name in archive.namelist()} | {"package.zip": whole}
    assert expected.keys() == PARTS.keys()
    assert {name: client.get(url(made.secret, name)).content for name in PARTS} == expected
    assert client.get(url(made.secret))["Content-Type"] == "text/csv; charset=utf-8"
    assert ReleaseAddress.objects.get().opened == len(PARTS) + 1
    assert client.get(url(made.secret, "people.csv")).status_code == 404


def test_it_reads_no_session_sets_no_cookie_and_is_not_indexed(closed: Release, manager: User) -> None:
    made, client = make_release_address(by=manager, release=closed, program="excel", days=91), Client()
    client.force_login(UserFactory())
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url(made.secret))
    assert answer.status_code == 200
    assert not [query for query in asked if "session" in query["sql"]]
    assert not answer.cookies
    assert (answer["X-Robots-Tag"], answer["Cache-Control"]) == ("noindex, nofollow", "private, no-store")
    assert client.head(url(made.secret)).content == b""
    assert client.post(url(made.secret)).status_code == 405
    assert ReleaseAddress.objects.get().opened == 1


def test_a_withdrawn_or_an_old_address_says_so_and_one_that_never_was_is_not_found(
    closed: Release, manager: User, evaluator: User, client, clock
) -> None:
    first = make_release_address(by=manager, release=closed, program="r", days=91)
    second = make_release_address(by=manager, release=closed, program="r", days=183)
    other = make_release_address(by=manager, release=closed, program="excel", days=91)
    assert [client.get(url(each.secret)).status_code for each in (first, second, other)] == [410, 200, 200]
    for _time in range(2):
        withdraw_release_address(by=evaluator, address=second)
    assert "was withdrawn" in client.get(url(second.secret)).content.decode()
    clock.shift(timedelta(days=91))
    assert client.get(url(other.secret)).status_code == 200
    clock.shift(timedelta(days=1))
    old = client.get(url(other.secret))
    assert (old.status_code, "worked until 19 August 2026" in old.content.decode()) == (410, True)
    assert client.get(url("x" * 43)).status_code == 404
    verbs = AuditEntry.objects.filter(model="evaluation.releaseaddress").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["create", "withdraw", "create", "create", "withdraw"]


def test_managers_and_evaluators_make_them_and_nobody_else(
    closed: Release, builder: User, stranger: User, manager: User
) -> None:
    for user in (builder, stranger):
        with pytest.raises(PermissionDenied):
            make_release_address(by=user, release=closed, program="r", days=91)
    made = make_release_address(by=manager, release=closed, program="r", days=91)
    for user in (builder, stranger):
        with pytest.raises(PermissionDenied):
            withdraw_release_address(by=user, address=made)
    assert not ReleaseAddress.objects.visible_to(stranger).exists()
    for wrong in ({"program": "fax", "days": 91}, {"program": "r", "days": 4000}):
        with pytest.raises(ValidationError):
            make_release_address(by=manager, release=closed, **wrong)
    assert made.secret not in str(ReleaseAddress.objects.values()) + repr(made)


def test_an_address_is_shown_once_on_its_page_and_withdrawn_there(
    closed: Release, evaluator: User, client_for, client
) -> None:
    signed_in, page = client_for(evaluator), reverse("evaluation:release-addresses", args=[closed.uuid])
    shown = signed_in.post(page, {"program": "power_bi", "days": "91"}, follow=True)
    values, described = shown.context["made"]
    assert values in shown.content.decode()
    assert client.get(values.removeprefix("http://testserver")).content.startswith(b'"release"')
    assert client.get(described.removeprefix("http://testserver"))["Content-Type"] == "application/json"
    later = signed_in.get(page).content.decode()
    assert (values in later, "Power BI" in later) == (False, True)
    address = ReleaseAddress.objects.get()
    signed_in.post(reverse("evaluation:address-withdraw", args=[address.uuid]))
    assert client.get(values.removeprefix("http://testserver")).status_code == 410
    assert signed_in.post(page, {"program": "fax", "days": "91"}).context["form"].errors


def test_a_page_that_is_reloaded_or_sent_twice_keeps_the_address_that_was_copied(
    closed: Release, evaluator: User, client_for, client
) -> None:
    signed_in, page = client_for(evaluator), reverse("evaluation:release-addresses", args=[closed.uuid])
    typed = {"program": "power_bi", "days": "91", "uuid": str(uuid4())}
    shown = signed_in.post(page, typed, follow=True)
    assert shown.redirect_chain == [(page, 302)], "a reload asks for the page, and sends nothing again"
    copied = shown.context["made"][0].removeprefix("http://testserver")
    assert signed_in.get(page).context["made"] == []
    again = signed_in.post(page, typed, follow=True)
    assert again.context["made"] == []
    assert client.get(copied).status_code == 200
    assert ReleaseAddress.objects.count() == 1
    other = signed_in.post(page, {**typed, "program": "r"})
    assert "already saved with different text" in other.content.decode()
    assert ReleaseAddress.objects.count() == 1


def test_pressed_twice_before_the_page_is_there_the_address_is_shown(closed: Release, evaluator, client_for) -> None:
    signed_in, page = client_for(evaluator), reverse("evaluation:release-addresses", args=[closed.uuid])
    typed = {"program": "power_bi", "days": "91", "uuid": str(uuid4())}
    for _press in range(2):
        signed_in.post(page, typed)
    assert len(signed_in.get(page).context["made"]) == 2


def test_an_address_ends_when_its_maker_leaves(
    team, closed: Release, manager, second_manager, client_for, client
) -> None:
    """They have copied it; whoever takes their things on is asked to make another for the program."""
    leaver = UserFactory(roles={team: [Role.EVALUATOR]})
    made = make_release_address(by=leaver, release=closed, program="power_bi", days=91)
    make_release_address(by=manager, release=closed, program="r", days=91)
    page = client_for(manager).get(reverse("communities:member-remove", args=[leaver.pk])).content.decode()
    assert "1 address of a release" in " ".join(page.split())
    assert "stops working, because the person who leaves knows it" in page
    with pytest.raises(ValidationError, match="still looks after 1 address of a release"):
        remove_member(team=team, user=leaver, by=manager)
    assert client.get(url(made.secret)).status_code == 200
    remove_member(team=team, user=leaver, by=manager, choices=Choices(everything=second_manager))
    assert client.get(url(made.secret)).status_code == 410
    step = NextStep.objects.get(owner=second_manager)
    assert step.words.startswith("Make a new address for Power BI of the release of")
    assert ReleaseAddress.objects.filter(withdrawn_at=None).count() == 1, "those of others work on"


def test_an_address_ends_when_its_maker_loses_the_role_and_stays_in_the_team(
    team, closed: Release, manager, client
) -> None:
    """An evaluator who becomes a builder still has it copied, and would read every release that follows."""
    maker = UserFactory(roles={team: [Role.EVALUATOR, Role.BUILDER]})
    made = make_release_address(by=maker, release=closed, program="power_bi", days=91)
    others = make_release_address(by=manager, release=closed, program="r", days=91)
    change_member_roles(team=team, user=maker, roles=[Role.EVALUATOR, Role.MANAGER], by=manager)
    change_member_roles(team=team, user=maker, roles=[Role.BUILDER, Role.MANAGER], by=manager)
    assert client.get(url(made.secret)).status_code == 200, "another role that allows it is enough"
    change_member_roles(team=team, user=maker, roles=[Role.BUILDER], by=manager)
    assert [client.get(url(each.secret)).status_code for each in (made, others)] == [410, 200]
    step = NextStep.objects.get(owner=manager)
    assert step.words.startswith("Make a new address for Power BI of the release of")
    undo(undoable=Undoable.objects.latest("pk"), by=manager)
    assert client.get(url(made.secret)).status_code == 410, "what was copied stays closed"
    assert not NextStep.objects.exists()


def test_an_address_ends_when_a_command_or_an_administrator_takes_the_role(
    team, closed: Release, administrator, client
) -> None:
    for by in (None, administrator):
        maker = UserFactory(roles={team: [Role.EVALUATOR, Role.BUILDER]})
        made = make_release_address(by=maker, release=closed, program="power_bi", days=91)
        remove_role(team=team, user=maker, role=Role.EVALUATOR, by=by)
        assert client.get(url(made.secret)).status_code == 410


def test_an_address_is_shown_although_the_form_had_a_draft(closed: Release, evaluator: User, client_for) -> None:
    """A page that answers a form with a page is taken for a refusal, whose form is then filled in again."""
    client, page = client_for(evaluator), reverse("evaluation:release-addresses", args=[closed.uuid])
    hidden = dict(re.findall(r'name="(draft|for_team)" value="([^"]+)"', client.get(page).content.decode()))
    assert len(hidden) == 2
    answer = client.post(page, {**hidden, "program": "power_bi", "days": "91"}, follow=True)
    assert answer.context["made"][0] in answer.content.decode()
    assert not Draft.objects.filter(closed_at__isnull=True).exists()


def test_a_story_leaves_an_address_when_consent_is_withdrawn(closed: Release, manager: User, builder, client) -> None:
    from evaluation.actions import withdraw_consent
    from evaluation.models import Story

    made, story = make_release_address(by=manager, release=closed, program="r", days=91), Story.objects.get()
    assert story.title in client.get(url(made.secret, "stories.csv")).content.decode()
    withdraw_consent(by=builder, story=story)
    assert story.title not in client.get(url(made.secret, "stories.csv")).content.decode()


def test_too_many_requests_are_refused(closed: Release, manager: User, client, monkeypatch) -> None:
    from communities.actions import attempts
    from evaluation.views import addresses

    few = attempts.Limit(2, attempts.HOUR)
    monkeypatch.setattr(addresses, "FILES", attempts.Limits(name="file", source=few, pair=few, account=few))
    made = make_release_address(by=manager, release=closed, program="r", days=91)
    assert [client.get(url(made.secret)).status_code for _time in range(3)] == [200, 200, 429]
