"""Merge two records of one resident, undo a merge, and record that two records are two people."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row
from communities.columns import column
from communities.models import Neighbourhood, User
from communities.rules import require
from communities.verbs import Verb
from connectors.actions.consent import apply_refusals, record_consents
from connectors.actions.current_record import ERASED_MEANWHILE
from connectors.actions.name_keys import save_names, set_keys
from connectors.models import (
    ConsentRecord,
    ContactPreference,
    Dismissal,
    Gift,
    HeardTheme,
    Journey,
    Person,
    PersonMerge,
    PersonName,
    Purpose,
    ReadBackLink,
    TwoPeople,
)
from connectors.queries.consent import agreed, refuses, refusing
from connectors.rules.merges import CHOSEN_FIELDS
from connectors.rules.people import can_write_person

#: Rows about two residents, the lower primary key first; both ends are written together.
PAIRS = (Dismissal, TwoPeople)
#: What does not move: the records themselves, their history, and links to a sheet, which open only the record they were
#: made for.
STAYS = (Person, PersonMerge, PersonName, ReadBackLink, *PAIRS)


@transaction.atomic
def merge_people(*, kept: Person, absorbed: Person, by: User, values: dict[str, object] | None = None) -> PersonMerge:
    """Merge one record into another: everything that points at the absorbed one points at the kept one from now on.

    values: by some of `CHOSEN_FIELDS`, the values that the kept record gets. What the kept one has already (a gift of
    that name, an introduction to itself) stays with the absorbed one, and comes back when they are unmerged.
    A refusal to have gifts offered applies to all their gifts from then on, one of contact to every way to reach them,
    one of stories and photos to all of theirs.
    Locks both rows in the order of their primary keys, so that of two users who merge the same records at once one is
    refused.
    Raises: PermissionDenied; ValidationError: the same record twice, two teams, merged already, or an open journey with
    each.
    """
    require(can_write_person, by, kept.team_id)
    kept, absorbed = _locked(kept, absorbed)
    _refuse(kept, absorbed)
    moved: dict[str, Any] = {"values": _write_values(kept, values or {}), "rows": [], "links": [], "pairs": []}
    absorbed.merged_into = kept
    absorbed.save(update_fields=["merged_into", "updated_at"])
    _keep_themes_written_by_hand(kept, absorbed)
    for model, field in _pointing_at_people():
        if model._meta.auto_created:
            moved["links"].append(_move_links(model, field, absorbed, kept))
        else:
            ids = list(model._base_manager.filter(**{field.name: absorbed}).order_by("pk").values_list("pk", flat=True))
            moved["rows"].append([model._meta.label, field.name, _point(model, field, ids, absorbed, kept)])
    moved["pairs"] = [[model._meta.label, *pair] for model in PAIRS for pair in _move_pairs(model, absorbed, kept)]
    moved["withdrawn"] = _withdraw_offers(kept, by)
    moved["values"] = _withdraw_reach(kept, moved["values"])
    moved["rows"] = [row for row in moved["rows"] if row[2]]
    moved["links"] = [row for row in moved["links"] if row[2] or row[3]]
    apply_refusals(person=kept, by=by)
    merge = PersonMerge.objects.create(team=kept.team, kept=kept, absorbed=absorbed, moved=moved, merged_by=by)
    audit.record(by=by, verb=Verb.MERGE, obj=kept, fields=moved["values"])
    audit.record(by=by, verb=Verb.MERGE, obj=absorbed, fields=["merged_into"])
    return merge


@transaction.atomic
def undo_merge(*, merge: PersonMerge, by: User) -> PersonMerge:
    """Undo a merge: rows that moved go back, rows added since stay with the kept record.

    A refusal recorded while they were merged applies to both: nobody knows which of the two people gave it. A second
    call changes nothing.
    Raises: PermissionDenied; ValidationError when a later merge must be undone first, or when they were erased
    meanwhile.
    """
    require(can_write_person, by, merge.team_id)
    kept, absorbed = _locked(merge.kept, merge.absorbed)
    merge = PersonMerge.objects.select_for_update(of=("self",)).filter(pk=merge.pk).first()
    if merge is None:
        raise ValidationError(ERASED_MEANWHILE, code="erased")
    if merge.undone_at is not None:
        return merge
    later = PersonMerge.objects.filter(
        Q(kept=kept, pk__gt=merge.pk) | Q(absorbed=kept), team=merge.team_id, undone_at__isnull=True
    )
    if later.exists():
        raise ValidationError(_("These records have been merged with another since. Undo that merge first."))
    _unwrite_values(kept, merge.moved.get("values", {}))
    models_of = {model._meta.label: (model, field) for model, field in _pointing_at_people()}
    by_field = {(model._meta.label, field.name): (model, field) for model, field in _pointing_at_people()}
    for label, name, ids in merge.moved.get("rows", ()):
        if (label, name) in by_field:
            _point(*by_field[label, name], ids, kept, absorbed)
    for label, _name, ids, doubled in merge.moved.get("links", ()):
        if label in models_of:
            _point(*models_of[label], ids, kept, absorbed)
            _put_links_back(*models_of[label], doubled, absorbed, kept)
    _move_pairs_back(merge.moved.get("pairs", ()))
    _offer_again(merge.moved.get("withdrawn", ()), kept, absorbed, merge)
    absorbed.merged_into = None
    absorbed.save(update_fields=["merged_into", "updated_at"])
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    _keep_to_what_both_may_have_said(kept, absorbed, merge, by)
    audit.record(by=by, verb=Verb.UNDO_MERGE, obj=kept, fields=merge.moved.get("values", {}))
    audit.record(by=by, verb=Verb.UNDO_MERGE, obj=absorbed, fields=["merged_into"])
    return merge


@transaction.atomic
def confirm_different_people(*, person: Person, others: Iterable[Person], by: User) -> list[TwoPeople]:
    """Record that residents who look alike are two people, so that nobody is asked again. Safe to repeat.

    Raises: PermissionDenied; ValidationError for somebody of another team, or the same resident twice.
    """
    require(can_write_person, by, person.team_id)
    marks = []
    for other in others:
        if other.team_id != person.team_id or other.pk == person.pk:
            raise ValidationError(_("Choose two residents of your own team."))
        low, high = sorted((person, other), key=lambda each: each.pk)
        mark, is_new = TwoPeople.objects.get_or_create(
            person=low, other=high, defaults={"team": person.team, "said_by": by}
        )
        if is_new:
            audit.record(by=by, verb=Verb.TWO_PEOPLE, obj=mark)
        marks.append(mark)
    return marks


def _keep_to_what_both_may_have_said(kept: Person, absorbed: Person, merge: PersonMerge, by: User) -> None:
    said = ConsentRecord.objects.filter(person=kept, is_given=False, recorded_at__gte=merge.merged_at)
    since = set(said.values_list("purpose", flat=True))
    # A wish to be erased is confirmed by a builder, who asks which of the two it was.
    noes = [each.purpose for each in agreed(kept) if each.answer == "no" and each.purpose in since - {Purpose.REMEMBER}]
    for each in (kept, absorbed):
        apply_refusals(person=each, by=by)
    record_consents(person=absorbed, by=by, answers=dict.fromkeys(noes, False))


def _locked(*people: Person) -> list[Person]:
    rows = Person.everyone.select_for_update(of=("self",)).filter(pk__in=[each.pk for each in people])
    found = {each.pk: each for each in rows.select_related("team").order_by("pk")}
    if missing := [each for each in people if each.pk not in found]:
        raise Person.DoesNotExist(missing)
    return [found[each.pk] for each in people]


def _refuse(kept: Person, absorbed: Person) -> None:
    if kept.pk == absorbed.pk:
        raise ValidationError(_("This is the same record."))
    if kept.team_id != absorbed.team_id:
        raise ValidationError(_("Choose two residents of your own team."))
    if kept.erased_on or absorbed.erased_on:
        raise ValidationError(ERASED_MEANWHILE, code="erased")
    if kept.merged_into_id or absorbed.merged_into_id:
        raise ValidationError(_("Someone else has already merged these records. Nothing was changed."))
    if Journey.objects.filter(person__in=(kept, absorbed), ended_on__isnull=True).count() > 1:
        raise ValidationError(_("We are walking alongside both. End one of the two journeys, then merge them."))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _write_values(kept: Person, values: dict[str, object]) -> dict[str, list[object]]:
    """Write the chosen values; return {field: [value before, value now]} of those that changed."""
    fields = {name: column(Person, name).attname for name in CHOSEN_FIELDS if name in values}
    before = {name: getattr(kept, attname) for name, attname in fields.items()}
    for name in fields:
        setattr(kept, name, values[name])
    _key_and_save(kept)
    return {
        name: [_plain(before[name]), _plain(getattr(kept, attname))]
        for name, attname in fields.items()
        if before[name] != getattr(kept, attname)
    }


def _unwrite_values(kept: Person, values: dict[str, list[object]]) -> None:
    """Restore the values of the kept record, except where somebody changed them since."""
    for name, (before, since) in values.items():
        field = column(Person, name)
        if _plain(getattr(kept, field.attname)) == since:
            setattr(kept, field.attname, field.to_python(before) if not field.is_relation else before)
    if kept.neighbourhood_id and not Neighbourhood.objects.filter(pk=kept.neighbourhood_id).exists():
        kept.neighbourhood_id = None
    _key_and_save(kept)


def _key_and_save(kept: Person) -> None:
    check_row(set_keys(kept), validate_unique=False)
    kept.save()
    save_names([kept])


def _pointing_at_people() -> Iterator[tuple[type[models.Model], models.ForeignKey]]:
    """Yield (model, foreign key) of every relation of any app to a resident that moves; through tables are included."""
    found = (
        (relation.related_model, relation.field)
        for relation in Person._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    )
    yield from sorted(
        ((model, field) for model, field in found if model not in STAYS),
        key=lambda each: (each[0]._meta.label, each[1].name),
    )


def _point(model: type[models.Model], field: models.ForeignKey, ids: list[int], old: Person, new: Person) -> list[int]:
    """Point rows at another resident; return the primary keys of those moved. Rows that a constraint refuses stay."""
    rows = model._base_manager.filter(pk__in=ids, **{field.name: old})
    try:
        with transaction.atomic():
            rows.update(**{field.name: new})
        return ids
    except IntegrityError:
        if len(ids) == 1:
            return []
        return [pk for each in ids for pk in _point(model, field, [each], old, new)]


def _withdraw_offers(kept: Person, by: User) -> list[int]:
    """Withdraw every offered gift when their latest answer refuses offers; return the primary keys."""
    if not refuses(kept, Purpose.OFFER):
        return []
    ids = list(Gift.objects.filter(person=kept, is_offered=True).order_by("pk").values_list("pk", flat=True))
    Gift.objects.filter(pk__in=ids).update(is_offered=False)
    audit.record_many(by=by, verb=Verb.UPDATE, team=kept.team_id, model=Gift, ids=ids, fields=["is_offered"])
    return ids


def _withdraw_reach(kept: Person, values: dict[str, list[object]]) -> dict[str, list[object]]:
    """Delete every way to reach them when their latest answer refuses contact; return `values` with these changes."""
    if not refuses(kept, Purpose.CONTACT):
        return values
    quiet: dict[str, object] = {"phone": "", "email": "", "contact_preference": ContactPreference.NO_CONTACT}
    for name, (before, since) in _write_values(kept, quiet).items():
        values[name] = [values[name][0] if name in values else before, since]
    return values


def _offer_again(ids: Iterable[int], kept: Person, absorbed: Person, merge: PersonMerge) -> None:
    """Offer the withdrawn gifts again, except of those who refuse it; none if they answered since the merge."""
    if ConsentRecord.objects.filter(person=kept, purpose=Purpose.OFFER, recorded_at__gt=merge.merged_at).exists():
        return
    willing = {kept.pk, absorbed.pk} - refusing([kept.pk, absorbed.pk], Purpose.OFFER)
    Gift.objects.filter(pk__in=list(ids), person__in=willing).update(is_offered=True)


def _other_end(link: type[models.Model], field: models.ForeignKey) -> models.Field:
    return next(each for each in link._meta.concrete_fields if each.is_relation and each.name != field.name)


def _move_links(link: type[models.Model], field: models.ForeignKey, absorbed: Person, kept: Person) -> list[object]:
    """Move links to conversations, themes and the like; a link that the kept record has too is deleted.

    Returns [model, field, [ids moved], [[id, other end] deleted]], so that it can be undone. Duplicates would be
    counted twice.
    """
    other = _other_end(link, field).attname
    has = set(link._base_manager.filter(**{field.name: kept}).values_list(other, flat=True))
    links = list(link._base_manager.filter(**{field.name: absorbed}).order_by("pk").values_list("pk", other))
    doubled = [[pk, end] for pk, end in links if end in has]
    link._base_manager.filter(pk__in=[pk for pk, _end in doubled]).delete()
    ids = [pk for pk, end in links if end not in has]
    return [link._meta.label, field.name, _point(link, field, ids, absorbed, kept), doubled]


def _put_links_back(
    link: type[models.Model], field: models.ForeignKey, doubled: list[list[int]], absorbed: Person, kept: Person
) -> None:
    """Restore the links that both had, where the kept record still has its own."""
    other = _other_end(link, field).attname
    has = set(link._base_manager.filter(**{field.name: kept}).values_list(other, flat=True))
    rows = [link(pk=pk, **{field.attname: absorbed.pk, other: end}) for pk, end in doubled if end in has]
    link._base_manager.bulk_create(rows)


def _keep_themes_written_by_hand(kept: Person, absorbed: Person) -> None:
    """Note on what was heard which themes somebody wrote on either page: merged, they outlast what was heard."""
    for one, other in ((kept, absorbed), (absorbed, kept)):
        heard = HeardTheme.objects.filter(person=one, was_on_page=False).values("theme")
        by_hand = one.themes.exclude(pk__in=heard).values("pk")
        HeardTheme.objects.filter(person=other, theme__in=by_hand).update(was_on_page=True)


def _move_pairs(model: type[models.Model], absorbed: Person, kept: Person) -> Iterator[list[int]]:
    """Point rows about two residents at the kept record; a duplicate is left as it is.

    Yields [id, person before, other before, person now, other now].
    """
    rows = model._base_manager.filter(Q(person=absorbed) | Q(other=absorbed)).order_by("pk")
    for pk, person_id, other_id in list(rows.values_list("pk", "person_id", "other_id")):
        low, high = sorted((kept.pk, other_id if person_id == absorbed.pk else person_id))
        if low == high or model._base_manager.filter(person=low, other=high).exists():
            continue
        model._base_manager.filter(pk=pk).update(person=low, other=high)
        yield [pk, person_id, other_id, low, high]


def _move_pairs_back(pairs: Iterable[list]) -> None:
    by_label = {model._meta.label: model for model in PAIRS}
    for label, pk, person_id, other_id, low, high in pairs:
        if not by_label[label].objects.filter(person=person_id, other=other_id).exists():
            by_label[label].objects.filter(pk=pk, person=low, other=high).update(person=person_id, other=other_id)
