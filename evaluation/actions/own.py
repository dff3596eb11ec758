"""A team's own outcomes and indicators: defining them, changing a definition, and ending one."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row, locked
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.undo import keep_change
from communities.verbs import Verb
from evaluation import rules
from evaluation.framework.own import SOURCE_BY_KEY, in_words
from evaluation.models import OWN, Form, Indicator, IndicatorKind, Outcome
from evaluation.rules import OwnValues
from evaluation.rules.own_values import MOST

#: The longest part of a key that is made from a name; the rest is for a number.
_NAMED = 48


@idempotent(Outcome)
@transaction.atomic
def create_outcome(*, by: User, team: Team, name: str, description: str, uuid: UUID | None = None) -> Outcome:
    """Add an outcome of the team's own. `uuid` is the page's idempotency key. Raises: PermissionDenied; ValidationError."""
    require(rules.can_define_indicators, by, team)
    _wait(team)
    if Outcome.objects.of_team(team).filter(name__iexact=name.strip()).exists():
        raise ValidationError({"name": _("The team already has an outcome with this name.")})
    taken = set(Outcome.objects.filter(team=team).values_list("key", flat=True))
    outcome = Outcome(
        team=team,
        key=_key(name, taken),
        framework=team.name[:80],
        name=name.strip(),
        description=description,
        position=len(taken),
    )
    check_row(outcome)
    outcome.save(force_insert=True)
    audit.record(by=by, verb=Verb.CREATE, obj=outcome, fields=["name", "description"], team=team)
    return outcome


@idempotent(Indicator)
@transaction.atomic
def create_indicator(*, by: User, team: Team, values: OwnValues, uuid: UUID | None = None) -> Indicator:
    """Define an indicator of the team's own. `uuid` is the page's idempotency key.

    Raises: PermissionDenied; ValidationError by field, also for a name that is taken and for more than `MOST`.
    """
    require(rules.can_define_indicators, by, team)
    _wait(team)
    _refuse(team, values)
    rows = Indicator.objects.filter(team=team)
    if rows.filter(ended_on__isnull=True).count() >= MOST:
        raise ValidationError(_("The team has %(n)s indicators of its own. End one first.") % {"n": MOST})
    if Indicator.objects.of_team(team).filter(name__iexact=values.name.strip(), ended_on__isnull=True).exists():
        raise ValidationError({"name": _("The team already has an indicator with this name.")})
    taken = set(rows.values_list("key", flat=True))
    return _defined(by, team, values, key=_key(values.name, taken), position=len(taken))


@transaction.atomic
def change_indicator(*, by: User, indicator: Indicator, values: OwnValues) -> Indicator:
    """Change an indicator of the team's own; return it, or the next version of it if it is counted differently.

    Other words change the row. Another source, condition, form, unit or kind ends it today and defines its next version, a series of its own: figures
    of different versions are not compared. Raises: PermissionDenied; ValidationError by field, also for one that has ended.
    """
    require(rules.can_define_indicators, by, indicator.team_id)
    indicator = locked(Indicator.objects.select_related("team"), indicator.pk)
    team = indicator.team
    if team is None:
        raise ValidationError(_("This indicator comes with Kith, so you cannot change it."))
    _wait(team)
    if indicator.ended_on is not None:
        raise ValidationError(_("This definition has already ended, so nothing was changed."))
    _refuse(team, values)
    others = Indicator.objects.of_team(team).filter(name__iexact=values.name.strip(), ended_on__isnull=True)
    if others.exclude(pk=indicator.pk).exists():
        raise ValidationError({"name": _("The team already has an indicator with this name.")})
    if _counts_otherwise(indicator, values):
        _end(by, indicator)
        taken = set(Indicator.objects.filter(team=team).values_list("key", flat=True))
        return _defined(by, team, values, key=_key(values.name, taken), position=indicator.position, follows=indicator)
    words = {"name": values.name.strip(), "question": values.question, "definition": values.definition}
    changed = [name for name, word in words.items() if getattr(indicator, name) != word]
    for name in changed:
        setattr(indicator, name, words[name])
    if changed:
        check_row(indicator)
        indicator.save(update_fields=changed)
    outcomes = _outcomes(team, values)
    if set(indicator.outcomes.all()) != set(outcomes):
        indicator.outcomes.set(outcomes)
        changed.append("outcomes")
    if changed:
        audit.record(by=by, verb=Verb.UPDATE, obj=indicator, fields=changed)
    return indicator


@transaction.atomic
def end_indicator(*, by: User, indicator: Indicator) -> Indicator:
    """End an indicator of the team's own: it is counted no more, and stays in what was released. Does nothing the second time.

    Raises: PermissionDenied; ValidationError for one that ships with Kith.
    """
    require(rules.can_define_indicators, by, indicator.team_id)
    indicator = locked(Indicator.objects.select_related("team"), indicator.pk)
    if indicator.team_id is None:
        raise ValidationError(_("This indicator comes with Kith, so you cannot change it."))
    if indicator.ended_on is None:
        _end(by, indicator)
        keep_change(indicator, by=by, verb=Verb.END, before={"ended_on": None})
    return indicator


def _wait(team: Team) -> None:
    """Let two who define something at once wait for each other."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)


def _refuse(team: Team, values: OwnValues) -> None:
    if refused := rules.why_not_defined(team, values):
        raise ValidationError(refused)


def _end(by: User, indicator: Indicator) -> None:
    indicator.ended_on = timezone.localdate()
    indicator.save(update_fields=["ended_on"])
    audit.record(by=by, verb=Verb.END, obj=indicator, fields=["ended_on"])


def _defined(
    by: User, team: Team, values: OwnValues, *, key: str, position: int, follows: Indicator | None = None
) -> Indicator:
    source = SOURCE_BY_KEY.get(values.counted_from)
    indicator = Indicator(
        team=team,
        key=key,
        name=values.name.strip(),
        question=values.question,
        definition=values.definition,
        unit=_("per cent") if values.form == Form.SHARE else values.unit,
        kind=values.kind,
        form=values.form,
        version=follows.version + 1 if follows else 1,
        counts_people=bool(source and source.total),
        position=position,
        counted_from=values.counted_from,
        conditions=_sorted(values),
        counted_words=_counted_words(team, values),
        follows=follows,
        made_by=by,
        made_at=timezone.now(),
    )
    check_row(indicator)
    indicator.save(force_insert=True)
    indicator.outcomes.set(_outcomes(team, values))
    audit.record(by=by, verb=Verb.CREATE, obj=indicator, fields=["name", "definition"], team=team)
    return indicator


def _outcomes(team: Team, values: OwnValues) -> list[Outcome]:
    return list(Outcome.objects.of_team(team).filter(key__in=values.outcomes))


def _counted_words(team: Team, values: OwnValues) -> str:
    source = SOURCE_BY_KEY.get(values.counted_from)
    return in_words(team, source, values.conditions, is_share=values.form == Form.SHARE)[:500] if source else ""


def _sorted(values: OwnValues) -> dict[str, list[str]]:
    """Return the conditions in one order, so that the same are equal; those without a value are left out."""
    return {key: sorted(chosen) for key, chosen in sorted(values.conditions.items()) if chosen}


def _counts_otherwise(indicator: Indicator, values: OwnValues) -> bool:
    unit = indicator.unit if values.form == Form.SHARE else values.unit
    now = (values.kind, values.form, unit, values.counted_from, _sorted(values))
    then = (indicator.kind, indicator.form, indicator.unit, indicator.counted_from, indicator.conditions)
    return now != then


def _key(name: str, taken: set[str]) -> str:
    """Return a key that begins with `OWN`, made from a name, and is not taken."""
    base = f"{OWN}{slugify(name)[:_NAMED].strip('-') or IndicatorKind.COMPUTED.value}"
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
