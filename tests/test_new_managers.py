"""What a manager whom nobody has confirmed yet is refused is not offered: no page has such a form, and the admin is read-only."""

import inspect
import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import resolve, reverse

from communities.admin.writing import ActionAdmin
from communities.models import Membership, Partner
from sparks.models import Fund
from tests import checks
from tests.form_reader import ReadForm, forms_of
from tests.standing import Standing, as_built
from tests.test_action_roles import actions
from tests.test_urls import PAGES, address_of, client_of
from tests.url_table import build_signed_in_world

# Django's own admin templates use undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

#: How an action refuses new managers: what it calls.
REFUSES = re.compile(
    r"check_confirmed\(|refuse_unconfirmed\(|_check_may_decide\(|is_confirmed_manager|decides_on_money"
    r"|\bcan_(invite_member|change_member|confirm_manager|hand_over|be_away|manage_partners)\b"
)
#: Each action that refuses them, and the URLs whose form calls it.
POSTS_TO: dict[str, set[str]] = {
    "communities.absences.end_absence": {"communities:member-away"},
    "communities.absences.save_absence": {"communities:member-away"},
    "communities.managers.confirm_manager": {"communities:member-confirm"},
    "communities.managers.settle_restored": set(),
    "communities.members.change_member_roles": {"communities:member-update"},
    "communities.members.hand_over": {"communities:member-hand-over"},
    "communities.members.invite_member": {"communities:invitation-create"},
    "communities.members.remove_member": {"communities:member-remove"},
    "communities.members.remove_role": {"communities:member-update"},
    "communities.members.renew_invitation": {"communities:invitation-send-again"},
    "communities.members.withdraw_invitation": {"communities:invitation-withdraw"},
    "communities.partners.create_partner": {"communities:partner-create"},
    "communities.partners.delete_partner": {"communities:partner-delete"},
    "communities.partners.update_partner": {"communities:partner-update"},
    "sparks.amending.propose_correction": {"sparks:spark-correct"},
    "sparks.amending.propose_return": {"sparks:spark-recover"},
    "sparks.funds.create_round": {"sparks:round-create"},
    "sparks.money.cancel_spark": {"sparks:spark-cancel"},
    # Only if money was promised; `tests/sparks/test_offered.py` tries it in each status.
    "sparks.money.withdraw_spark": set(),
    "sparks.proposing.propose_money": {"sparks:fund-money"},
    "sparks.proposing.propose_rules": {"sparks:round-update"},
    # The same.
    "sparks.reopening.reopen_spark": set(),
    "sparks.sparks.ask_question": {"sparks:spark-ask"},
}
#: Deciding asks who is too close; being new is one of the reasons.
DECIDING = {
    "sparks:spark-approve",
    "sparks:spark-decline",
    "sparks:spark-outside",
    "sparks:spark-agree",
    "sparks:spark-pay",
}


@pytest.fixture(scope="module")
def standing_world(build_once) -> Standing:
    """Build the users and their team's rows for all tests here."""
    return build_once(build_signed_in_world)


@pytest.fixture
def world(standing_world, db: None) -> Iterator[SimpleNamespace]:
    """Return the users and their team's rows."""
    with as_built(standing_world) as world:
        yield world


def refusing() -> set[str]:
    """Return the names of the actions that refuse a new manager."""
    return {name for name, act in actions(checks.APPS) if REFUSES.search(inspect.getsource(act))}


def take_back(world: SimpleNamespace) -> None:
    """Take back that somebody confirmed the manager."""
    Membership.objects.filter(user=world.manager).update(confirmed_at=None)
    world.manager = type(world.manager).objects.get(pk=world.manager.pk)


def own_forms(client: Client, address: str) -> list[ReadForm]:
    """Return the forms of a page that post to it."""
    return [form for form in forms_of(client.get(address)) if form.method == "post" and form.action == address]


def test_every_action_that_refuses_new_managers_is_in_the_table():
    assert refusing() == set(POSTS_TO)
    assert {url for urls in POSTS_TO.values() for url in urls} | DECIDING <= set(PAGES)


def test_no_page_has_a_form_that_is_refused(world):
    take_back(world)
    client, offered = client_of(world, "manager"), {}
    for name, page in PAGES.items():
        here = name.startswith(("sparks:", "communities:")) or name == "today"
        if not here or not page.visit or "GET" not in page.methods or not page.serves("manager", page.who):
            continue
        response = client.get(address_of(name, world))
        if response.status_code == 200 and not response.streaming:
            posts = (form.action.partition("?")[0] for form in forms_of(response) if form.method == "post")
            offered |= {resolve(action).view_name: name for action in posts}
    assert {"sparks:spark-create", "communities:neighbourhood-create"} <= set(offered), "forms are found"
    refused = DECIDING | {url for urls in POSTS_TO.values() for url in urls}
    assert {url: name for url, name in offered.items() if url in refused} == {}


def test_no_button_leads_to_a_form_that_is_refused(world):
    client, lists = client_of(world, "manager"), ("sparks:round-list", "communities:partner-list")
    leading = [f'href="{reverse(each)}"' for each in ("sparks:round-create", "communities:partner-create")]
    assert all(each in "".join(client.get(reverse(name)).content.decode() for name in lists) for each in leading)
    take_back(world)
    assert not any(each in client.get(reverse(name)).content.decode() for name in lists for each in leading)


@pytest.mark.parametrize("url", ["sparks:round-create", "sparks:fund-money", "sparks:round-update"])
def test_a_page_without_its_form_says_why(url, world):
    client, address = client_of(world, "manager"), address_of(url, world)
    assert own_forms(client, address)
    take_back(world)
    assert not own_forms(client, address)
    assert "Your role is new" in client.get(address).content.decode()


#: What each permission of the admin calls of the door.
CALLS = {"add": "create", "change": "update", "delete": "delete"}


def test_the_admin_offers_nothing_that_is_refused(world, rf):
    names = {each.rpartition(".")[2] for each in refusing()}
    take_back(world)
    request = rf.get("/")
    request.user = world.manager
    offered = [
        (model._meta.label, verb)
        for model, made in admin.site._registry.items()
        for verb, method in CALLS.items()
        if isinstance(made, ActionAdmin)
        and getattr(made, f"has_{verb}_permission")(request)
        and any(re.search(rf"\b{name}\(", inspect.getsource(getattr(type(made.door), method))) for name in names)
    ]
    assert offered == [], "give these `writers`"


def test_the_admin_of_organisations_says_why_it_is_read_only(world):
    take_back(world)
    client, host = client_of(world, "manager"), Partner.objects.filter(team=world.team).first()
    page = client.get(reverse("admin:communities_partner_change", args=[host.pk])).content.decode()
    assert "You can change this once another manager has confirmed you" in page
    assert 'name="_save"' not in page
    for closed in ("add", "import"):
        assert client.get(reverse(f"admin:communities_partner_{closed}")).status_code == 403
    assert client.get(reverse("admin:communities_invitation_import")).status_code == 403
    fund = client.get(reverse("admin:sparks_fund_change", args=[Fund.objects.filter(team=world.team).first().pk]))
    assert 'name="_save"' in fund.content.decode()
