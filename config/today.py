"""The content of the Today page: next steps, introductions to make, decisions, and the freshness of figures.

Each section is a template of its own, `config/today_<section>.html`.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from communities.compiled import compiled_once
from communities.handover import stood_in_for, with_closed_account, without_owner
from communities.models import Role, Team
from communities.periods import period_name
from communities.queries.upkeep import is_upkeep_late, last_upkeep
from config.waiting import counted, money_lines
from connectors.capture.queries import is_key_unusable
from connectors.queries.consent import overdue_to_tell
from connectors.queries.conversations import recent_conversations, week_of
from connectors.queries.introductions import first_to_ask_about
from connectors.queries.next_steps import attach_linked, first_due
from connectors.queries.requests import requests_waiting
from connectors.queries.reviews import are_items_open
from connectors.rules.introductions import ANSWERS
from connectors.views.next_steps import days_to_move_to, undoable
from evaluation.models import Pack, Story, StoryStatus
from evaluation.packs.rules import can_prepare_pack
from evaluation.queries import evaluation_freshness, stories_to_review
from evaluation.releases.queries import quarter_to_close
from evaluation.releases.rules import can_close_quarter
from sparks.models import Round
from sparks.queries import waiting_for
from sparks.turns import sparks_to_pay

#: How many days ahead "something to come back to" looks: the rest of a week.
AHEAD_DAYS = 6
#: The most rows per section.
SHOWN = 5
#: The most recent conversations: a reminder of what was heard, not something to do.
RECENT = 3


def gather(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the page, by role in the current team; sections without permission are empty."""
    user, team = request.user, request.team
    context: dict[str, Any] = {
        "is_key_unusable": user.is_superuser and is_key_unusable(),
        "is_upkeep_late": user.is_superuser and not settings.DEBUG and is_upkeep_late(last_upkeep()),
        "day": timezone.localdate(),
        "is_builder": False,
        "is_manager": False,
        "is_evaluator": False,
        "is_payer": False,
        "to_close": None,
        "packs": [],
    }
    if not team:
        return {**context, "teams": list(Team.objects.visible_to(user))}
    if user.has_role(team, Role.BUILDER, Role.MANAGER, Role.DEPUTY, Role.PAYER):
        context |= {"money": money_lines(user, team), "is_payer": user.has_role(team, Role.DEPUTY, Role.PAYER)}
    if context["is_payer"]:
        context |= _payers(user, team)
    if user.has_role(team, Role.BUILDER, Role.MANAGER):
        context |= {"is_builder": True, **_builders(request)}
    if user.has_role(team, Role.MANAGER):
        context |= {"is_manager": True, **_managers(user, team)}
    if can_close_quarter(user, team):
        quarter = quarter_to_close(team, timezone.localdate())
        context["to_close"] = (quarter.key, period_name(quarter)) if quarter else None
    if can_prepare_pack(user, team):
        context["packs"] = list(_drafts_of_packs(user=user, team=team))
    if user.has_role(team, Role.EVALUATOR) and (
        Role.EVALUATOR in user.roles_by_team.get(team.pk, ()) or user.is_superuser
    ):
        context |= {"is_evaluator": True, **_evaluators(user, team)}
    return context


def _builders(request: HttpRequest) -> dict[str, Any]:
    user, team = request.user, request.team
    until = timezone.localdate() + timedelta(days=AHEAD_DAYS)
    away = stood_in_for(team, user)
    owners = [user.pk, *(each.pk for each in away)]
    whose = {"user": user, "team": team, "owners": owners}
    return {
        "away": away,
        "steps": attach_linked(first_due(**whose, on=until, limit=SHOWN), user=user, team=team),
        "undo": undoable(request),
        **days_to_move_to(),
        "week": week_of(user=user, team=team),
        "asking": first_to_ask_about(**whose, on=timezone.localdate(), limit=SHOWN),
        "answers": ANSWERS.items(),
        "recent": recent_conversations(user=user, team=team, limit=RECENT),
        "untold": overdue_to_tell(user, team, limit=SHOWN, owners=owners),
        **_requests(user, team),
        "looks": stories_to_review(user, team, limit=SHOWN),
        "is_to_read": are_items_open(user, team),
    }


def _requests(user, team: Team) -> dict[str, Any]:
    if not counted(user, team).get("requests"):
        # The menu says how many there are, so Today need not look when it says none.
        return {"requests": [], "request_count": 0}
    requests, count = requests_waiting(user, team, limit=SHOWN)
    return {"requests": requests, "request_count": count}


def _managers(user, team: Team) -> dict[str, Any]:
    return {
        "ownerless": without_owner(team, with_closed_account(team)),
        "decisions": waiting_for(user, team, limit=SHOWN),
        "rounds": _open_rounds(user=user, team=team, now=timezone.now()),
        "stories": _to_approve(user=user, team=team),
    }


def _payers(user, team: Team) -> dict[str, Any]:
    """Return what somebody who decides or pays without managing the team has to do, which managers find in their own parts."""
    to_pay = sparks_to_pay(user, team).select_related("host").only("uuid", "title", "award_gbp", "host__name")
    decides = user.has_role(team, Role.DEPUTY)
    return {
        "to_pay": list(to_pay.order_by("status_since", "pk")[:SHOWN]),
        "is_deputy": decides,
        "is_unconfirmed": not user.decides_on_money(team),
        "decisions": waiting_for(user, team, limit=SHOWN) if decides else [],
    }


@compiled_once
def _open_rounds(*, user, team: Team, now: datetime) -> QuerySet[Round]:
    rows = Round.objects.visible_to(user).filter(team=team, opens_at__lte=now, closes_at__gt=now)
    return rows.select_related("fund").order_by("closes_at", "pk")[:3]


@compiled_once
def _to_approve(*, user, team: Team) -> QuerySet[Story]:
    rows = Story.objects.visible_to(user).filter(team=team, status=StoryStatus.SUBMITTED).exclude(created_by=user)
    rows = rows.select_related("neighbourhood", "created_by")
    rows = rows.only("uuid", "title", "neighbourhood__name", "created_by__name", "created_by__email")
    return rows.order_by("happened_on", "pk")[:SHOWN]


@compiled_once
def _drafts_of_packs(*, user, team: Team) -> QuerySet[Pack]:
    rows = Pack.objects.visible_to(user).filter(team=team, published__isnull=True).only("uuid", "title", "created_at")
    return rows.order_by("-created_at", "-pk")[:SHOWN]


def _evaluators(user, team: Team) -> dict[str, Any]:
    told = Story.objects.visible_to(user).published().filter(team=team).select_related("neighbourhood")
    told = told.only("uuid", "title", "happened_on", "neighbourhood__name")
    return {"freshness": evaluation_freshness(team), "told": list(told.order_by("-published_at", "-pk")[:SHOWN])}
