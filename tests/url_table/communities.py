"""Access to the URLs of communities."""

from types import SimpleNamespace

from communities.actions.personal import make_calendar_address
from communities.links import invitation_token, unsubscribe_link
from communities.models import Draft
from tests.factories.communities import (
    AuditEntryFactory,
    DraftPhotoFactory,
    InvitationFactory,
    MessageFactory,
    NeighbourhoodFactory,
    PartnerFactory,
    UndoableFactory,
)
from tests.url_table import ANYONE, BUILDERS, EVERY_ROLE, MANAGERS, POST_ONLY, TEAM, AdminRow, Page


def neighbourhood(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of the world's neighbourhood."""
    return {"pk": world.neighbourhood.pk}


def partner(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of the world's partner."""
    return {"pk": world.partner.pk}


def member(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of the world's builder."""
    return {"pk": world.builder.pk}


def invitation(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of the world's invitation."""
    return {"pk": world.invitation.pk}


def link(world: SimpleNamespace) -> dict[str, object]:
    """Return the token of the world's invitation."""
    return {"token": invitation_token(world.invitation)}


def draft(world: SimpleNamespace) -> dict[str, object]:
    """Return the UUID of a draft of the world's builder, with a photo."""
    found = Draft.objects.filter(user=world.builder).first()
    return {
        "uuid": found.uuid if found else DraftPhotoFactory(draft__user=world.builder, draft__team=world.team).draft.uuid
    }


def draft_photo(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of the photo of that draft."""
    return draft(world) | {"name": "photo"}


#: A draft exists only for the user who typed it.
NOT_THEIR_DRAFT = frozenset({"manager", "evaluator", "administrator"})


def deleted(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of what the world's manager deleted."""
    return {"uuid": world.deleted.uuid}


def message(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of the world's message."""
    return {"uuid": world.message.uuid}


def unsubscribing(world: SimpleNamespace) -> dict[str, object]:
    """Return the token in the world's builder's emails."""
    return {"token": unsubscribe_link(world.builder, origin="").split("/")[-2]}


EVALUATOR = frozenset({"evaluator"})
SIGNED_IN = dict.fromkeys(("builder", "manager", "evaluator", "administrator", "stranger"), 302)
NOT_THEIRS = dict.fromkeys(SIGNED_IN, 403)

PAGES: dict[str, Page] = {
    "communities:sign-in": Page(ANYONE, statuses=SIGNED_IN),
    "communities:sign-out": POST_ONLY(ANYONE),
    "communities:password-change": Page(EVERY_ROLE),
    "communities:password-reset": Page(ANYONE),
    "communities:password-reset-sent": Page(ANYONE, methods=("GET",)),
    "communities:password-reset-done": Page(ANYONE, methods=("GET",)),
    "communities:password-reset-confirm": Page(ANYONE, lambda world: {"uidb64": "x", "token": "y"}),
    "communities:search": Page(EVERY_ROLE, methods=("GET",), query="q=rose"),
    "communities:more": Page(EVERY_ROLE, methods=("GET",)),
    "communities:team-detail": Page(EVERY_ROLE, methods=("GET",)),
    "communities:team-update": Page(MANAGERS),
    "communities:team-switch": POST_ONLY(EVERY_ROLE),
    "communities:invitation-create": Page(MANAGERS),
    "communities:invitation-send-again": POST_ONLY(MANAGERS, invitation),
    "communities:invitation-withdraw": POST_ONLY(MANAGERS, invitation),
    "communities:member-update": Page(MANAGERS, member),
    "communities:member-confirm": Page(MANAGERS, lambda world: {"pk": world.manager.pk}),
    "communities:member-remove": Page(MANAGERS, member),
    "communities:member-hand-over": Page(BUILDERS, member),
    "communities:member-away": Page(BUILDERS, member),
    "communities:invitation-accept": Page(ANYONE, link, statuses=NOT_THEIRS),
    "communities:draft-list": Page(EVERY_ROLE, methods=("GET",)),
    "communities:draft-save": POST_ONLY(ANYONE),
    "communities:draft-delete": POST_ONLY(frozenset({"builder"}), draft, hidden_from=NOT_THEIR_DRAFT),
    "communities:draft-photo": Page(
        frozenset({"builder"}), draft_photo, methods=("GET",), hidden_from=NOT_THEIR_DRAFT, visit=False
    ),
    "communities:partner-list": Page(EVERY_ROLE, methods=("GET",)),
    "communities:partner-create": Page(MANAGERS),
    "communities:partner-update": Page(MANAGERS, partner),
    "communities:partner-delete": Page(MANAGERS, partner),
    "communities:own-settings": Page(TEAM),
    "communities:calendar-make": POST_ONLY(TEAM),
    "communities:calendar-withdraw": POST_ONLY(TEAM),
    "communities:unsubscribe": Page(ANYONE, unsubscribing),
    "communities:message-list": Page(BUILDERS, methods=("GET",)),
    "communities:messages-to-tell": Page(BUILDERS, methods=("GET",)),
    "communities:message-letters": Page(BUILDERS, methods=("GET",)),
    "communities:message-kinds": Page(BUILDERS, methods=("GET",)),
    "communities:message-detail": Page(BUILDERS, message, methods=("GET",), hidden_from=EVALUATOR),
    "communities:message-private-link": Page(BUILDERS, message, methods=("POST",), hidden_from=EVALUATOR),
    "communities:message-letter": Page(BUILDERS, message, methods=("GET",), hidden_from=EVALUATOR),
    "communities:message-send-again": POST_ONLY(BUILDERS, message, hidden_from=EVALUATOR),
    "communities:message-in-person": POST_ONLY(BUILDERS, message, hidden_from=EVALUATOR),
    "communities:message-told": POST_ONLY(BUILDERS, message, hidden_from=EVALUATOR),
    "communities:message-withdraw": POST_ONLY(BUILDERS, message, hidden_from=EVALUATOR),
    "communities:audit-list": Page(MANAGERS, methods=("GET",)),
    "communities:audit-export": Page(MANAGERS, methods=("GET",), visit=False),
    "communities:deleted-list": Page(EVERY_ROLE, methods=("GET",)),
    "communities:undo": Page(MANAGERS, deleted, hidden_from=frozenset({"builder", "evaluator"})),
    "communities:neighbourhood-list": Page(EVERY_ROLE, methods=("GET",)),
    "communities:neighbourhood-outlines": Page(EVERY_ROLE, methods=("GET",), visit=False),
    "communities:neighbourhood-create": Page(MANAGERS),
    "communities:boundary-upload": Page(MANAGERS),
    "communities:boundary-import": POST_ONLY(MANAGERS),
    "communities:neighbourhood-detail": Page(EVERY_ROLE, neighbourhood, methods=("GET",)),
    "communities:neighbourhood-update": Page(MANAGERS, neighbourhood),
    "communities:neighbourhood-delete": Page(MANAGERS, neighbourhood),
}

ADMIN = {
    "communities.AuditEntry": AdminRow(managers="read", administrators="read"),
    "communities.Invitation": AdminRow(managers="read import", administrators="read import"),
    "communities.Membership": AdminRow(managers="read", administrators="read add delete"),
    "communities.Neighbourhood": AdminRow(),
    "communities.Partner": AdminRow(),
    "communities.Team": AdminRow(managers="read change"),
    "communities.User": AdminRow(managers="", administrators="read add change"),
}


def build(world: SimpleNamespace) -> None:
    """Add a neighbourhood, a partner, an invitation and an audit entry to the world."""
    # The first entry, because the admin's pages are tested with the first row: a calendar address is no team's.
    world.audit_entry = AuditEntryFactory(team=world.team, actor=world.manager)
    world.neighbourhood = NeighbourhoodFactory(team=world.team, name="Brook Lane", outlined=True)
    world.partner = PartnerFactory(team=world.team, name="Brookside Trust")
    world.invitation = InvitationFactory(team=world.team, invited_by=world.manager)
    world.deleted = UndoableFactory(team=world.team, by=world.manager)
    world.message = MessageFactory(team=world.team, name="Chapel Hall", teller=world.builder, failed=True)
    MessageFactory(team=world.team, name="Mill Row", teller=world.builder, in_person=True)
    world.calendar = make_calendar_address(by=world.builder).secret
