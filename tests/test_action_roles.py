"""The permissions of actions: whoever calls one, it checks the role before it reads further or writes."""

import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType, ModuleType
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.handover import Choices
from communities.models import Role
from communities.rules import require
from connectors.capture import sealing
from connectors.models import ItemState
from connectors.rules.conversations import can_log_conversation
from connectors.rules.same_person import NewPerson
from tests import checks
from tests.factories.assets import AssetFactory, AssetPhotoFactory, ImportBatchFactory
from tests.factories.communities import (
    InvitationFactory,
    MessageFactory,
    NeighbourhoodFactory,
    PartnerFactory,
    UndoableFactory,
    UserFactory,
)
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    NextStepFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.connectors_asks import AskFactory
from tests.factories.connectors_capture import DeviceFactory, SealedItemFactory
from tests.factories.connectors_consent import ReviewItemFactory, WishFactory
from tests.factories.connectors_journeys import JourneyChangeFactory, JourneyFactory, LightTouchFactory
from tests.factories.connectors_merges import PersonMergeFactory
from tests.factories.connectors_prompts import PromptSetFactory
from tests.factories.connectors_words import TeamWordFactory

pytestmark = pytest.mark.django_db

#: Everybody who writes for the team; the managers; nobody in it.
WRITERS, MANAGERS, ADMINISTRATORS = {"builder", "manager"}, {"manager"}, set()
#: The values that an action needs before it can be called; an action that refuses never reads them.
ANY: dict[str, object] = {
    "name": "Kites", "email": "nell@example.org", "roles": ["builder"], "role": "builder", "words": "A ladder", "kind": "hands", "alt": "",
    "phrase": "kettle", "alternatives": "pot", "reason": "It is.", "language": "en-gb", "gave": "listening",
    "prompts": "How are you?", "answers": {}, "answer": "met", "outcome": "met", "judged_by": "resident",
    "ending": "own_feet", "photo": None, "rows": [], "features": [], "columns": {}, "headings": [], "file_name": "a.csv",
    "adds_duplicates": False, "is_administrator": True, "saved": 1, "save_functions": {}, "envelope": b"",
    "choices": Choices(), "stand_in": None, "starts_on": None, "ends_on": None, "people": [], "gifts": [], "themes": [], "others": [], "mentions": None,
    "cares": [],
}  # fmt: skip
#: Who may call each action. An action that no row matches fails the last test.
MAY: dict[str, set[str]] = {
    "communities.boundaries": MANAGERS,
    "communities.members.add_member": ADMINISTRATORS,
    "communities.absences": MANAGERS,
    "communities.members": MANAGERS,
    "communities.managers": MANAGERS,
    "communities.outbox": WRITERS,
    "communities.partners": MANAGERS,
    "communities.teams.update_team": MANAGERS,
    "communities.teams": ADMINISTRATORS,
    "communities.users": ADMINISTRATORS,
    "communities.undo": MANAGERS,
    "assets": WRITERS,
    "connectors.asks.delete_ask": MANAGERS,
    "connectors.introductions.delete_introduction": MANAGERS,
    "connectors.consent.publish_notice": MANAGERS,
    "connectors.prompts": MANAGERS,
    "connectors.capture.sealing_keys": ADMINISTRATORS,
    "connectors.themes.create_theme": WRITERS,
    "connectors.themes": MANAGERS,
    "connectors.wording.ignore_word": WRITERS,
    "connectors.wording.stop_ignoring_word": WRITERS,
    "connectors.noticed_words": MANAGERS,
    "connectors.wording": MANAGERS,
    "connectors": WRITERS,
}
#: Public functions with `by` that check permissions in another way, with the reason.
OTHERWISE = {
    "communities.handover.give_rows": "a part of hand_over, which asks",
    "communities.handover.hand_over_rows": "a part of hand_over, which asks",
    "communities.handover.end_without_role": "a part of set_roles, which asks",
    "communities.accounts.change_password": "of one's own account",
    "communities.members.accept_invitation": "of one's own invitation, by its signed link",
    "communities.personal.change_own_settings": "of one's own settings",
    "communities.personal.make_calendar_address": "of one's own calendar",
    "communities.personal.withdraw_calendar_address": "of one's own calendar",
    "communities.managers.grant_roles": "within the actions that add members, which ask",
    "communities.managers.tell_managers": "within the action that has something to tell, which asks",
    "communities.managers.tell_roles": "within the action that has something to tell, which asks",
    "communities.managers.settle_restored": "the end of undo, which asks",
    "communities.outbox.write_message": "within the action that has something to tell, which asks",
    "connectors.consent.apply_refusals": "an effect of merging or undoing a merge, which ask",
    "connectors.holdings.remove_photos": "an effect of a no or an erasure, which ask",
    "connectors.undoing.respect_refusals": "the end of undo, which asks",
    "communities.outlines.give_outlines": "of undoing an import, which asks",
    "communities.outlines.outlines_changed": "the end of actions that ask",
    "communities.outlines.take_outlines": "of undoing an import, which asks",
    "connectors.since.begin": "within becoming a connector or a champion, which ask",
    "connectors.since.end": "within no longer being one, which ask",
    "communities.outbox.show_private_link": "only who tells a message in person prints its private link",
    "communities.partners.refuse_removing_self": "a check, which writes nothing",
    "connectors.capture.photos.join_photo": "parks the photo of somebody who may not, instead of refusing it",
    "connectors.current_record.refuse_builder": "a check, which writes nothing",
}


def modules_of_actions(app: str) -> Iterator[tuple[str, ModuleType]]:
    """Yield (name, module) of every module of actions in an app and in its rooms, such as
    `connectors.capture.receiving`.
    """
    for room in (app, *(f"{app}.{each}" for each in checks.ROOMS.get(app, ()))):
        if not importlib.util.find_spec(f"{room}.actions"):
            continue
        found = importlib.import_module(f"{room}.actions")
        if not hasattr(found, "__path__"):
            yield room, found
        for module in pkgutil.iter_modules(getattr(found, "__path__", ())):
            yield f"{room}.{module.name}", importlib.import_module(f"{found.__name__}.{module.name}")


def actions(
    apps: Collection[str] = ("communities", "assets", "connectors"),
) -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield (app.module.name, function) of every public function with `by` in these apps' actions."""
    for app in apps:
        for where, module in modules_of_actions(app):
            for name, act in inspect.getmembers(module, inspect.isfunction):
                if (
                    act.__module__ == module.__name__
                    and not name.startswith("_")
                    and "by" in inspect.signature(act).parameters
                ):
                    yield f"{where}.{name}", act


ACTIONS = {name: act for name, act in actions() if name not in OTHERWISE}
ROLES = ("builder", "manager", "evaluator", "stranger", "closed")


def who_may(name: str) -> set[str]:
    """Return the roles that may call it: the longest matching prefix in MAY counts."""
    parts = name.split(".")
    return next(MAY[".".join(parts[:n])] for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in MAY)


def rows_of(team, owner) -> dict[str, Callable[[], object]]:
    """Return how to create each row that an action is about, in the team; rows with an owner belong to the given one."""
    person = lambda: PersonFactory(team=team, street="Mill Row")  # noqa: E731 - one of a table
    return {
        "team": lambda: team,
        "user": UserFactory,
        "person": person,
        "kept": person,
        "absorbed": person,
        "other": person,
        "from_end": person,
        "to_end": person,
        "end": lambda: NewPerson(name="Rose", uuid=uuid4()),
        "invitation": lambda: InvitationFactory(team=team),
        "neighbourhood": lambda: NeighbourhoodFactory(team=team),
        "partner": lambda: PartnerFactory(team=team),
        "asset": lambda: AssetFactory(team=team),
        "photo": lambda: AssetPhotoFactory(asset__team=team),
        "batch": lambda: ImportBatchFactory(team=team),
        "gift": lambda: GiftFactory(person=person()),
        "ask": lambda: AskFactory(team=team),
        "step": lambda: NextStepFactory(team=team),
        "introduction": lambda: IntroductionFactory(team=team),
        "conversation": lambda: ConversationFactory(team=team, builder=owner),
        "message": lambda: MessageFactory(team=team, teller=owner, failed=True),
        "theme": lambda: ThemeFactory(team=team),
        "journey": lambda: JourneyFactory(person=person()),
        "change": lambda: JourneyChangeFactory(journey=JourneyFactory(person=person(), builder=owner)),
        "touch": lambda: LightTouchFactory(team=team, builder=owner),
        "merge": lambda: PersonMergeFactory(kept=person(), absorbed=person(), team=team),
        "prompt_set": lambda: PromptSetFactory(team=team),
        "word": lambda: TeamWordFactory(team=team),
        "wish": lambda: WishFactory(person=person()),
        "undoable": lambda: UndoableFactory(team=team),
        "item": lambda: SealedItemFactory(team=team, user=owner, state=ItemState.PARKED),
    }


def arguments_of(
    name: str, act: Callable[..., object], team, owner, own: Mapping[str, object] = MappingProxyType({})
) -> dict[str, object]:
    """Return the arguments for an action, except `by` and existing rows (`own`)."""
    rows, given = rows_of(team, owner), {}
    for parameter in inspect.signature(act).parameters.values():
        key = parameter.name
        is_required = parameter.default is parameter.empty and parameter.kind is parameter.KEYWORD_ONLY
        if key == "by" or key in own or not (is_required or parameter.kind is parameter.POSITIONAL_OR_KEYWORD):
            continue
        if key == "photo" and "asset" in inspect.signature(act).parameters:
            given[key] = None
        elif key == "device":
            given[key] = DeviceFactory(team=team, user=owner) if name.endswith("acknowledge_loss") else uuid4()
        elif key in ("arrival", "uuid"):
            given[key] = uuid4()
        elif name.startswith("connectors.reviews.") and key == "item":
            given[key] = ReviewItemFactory(person=rows["person"]())
        else:
            given[key] = rows[key]() if key in rows else ANY[key]
    return given


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ACTIONS)
def test_users_without_permission_are_refused_before_anything_else(name, role, team, request):
    act, closed = ACTIONS[name], role == "closed"
    user = request.getfixturevalue("manager" if closed else role)
    user.is_active = not closed
    given = arguments_of(name, act, team, user)
    assert user.roles_by_team is not None, "read once a request"
    with CaptureQueriesContext(connection) as asked:
        try:
            act(**given, by=user)
        except PermissionDenied as refused:
            found = str(refused)
        except (ValidationError, sealing.SealError, TypeError, AttributeError):
            found = "went on"
        else:
            found = "went on"
    if role in who_may(name):
        assert found == "went on"
        return
    assert found.startswith("Your role in this team does not allow this.")
    read = [
        query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "ROLLBACK", "RELEASE", "BEGIN"))
    ]
    assert [sql for sql in read if not sql.startswith("SELECT") or "FOR UPDATE" in sql or "FOR NO KEY" in sql] == []


def test_every_exception_is_needed():
    assert set(OTHERWISE) <= {name for name, _act in actions()}
    assert {name for name in MAY if not any(each.startswith(name) for each in ACTIONS)} == set()


def test_a_command_needs_no_permission(team):
    require(can_log_conversation, None, team)
    with pytest.raises(PermissionDenied):
        require(can_log_conversation, UserFactory(), team)


def test_the_roles_are_those_of_the_test_users():
    assert {role for may in MAY.values() for role in may} <= set(Role.values)
