"""Putting two records of one resident together, taking them apart again, and noting that two are two."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import User
from connectors.actions.standing import FORGOTTEN
from connectors.models import (
    ConsentRecord,
    ContactPreference,
    Dismissal,
    Gift,
    Journey,
    Person,
    PersonMerge,
    Purpose,
    ReadBackLink,
    TwoPeople,
)
from connectors.queries.consent import refuses, refusing
from connectors.rules.duplicates import name_key
from connectors.rules.people import phone_key

#: What a resident is known by, of which one value stays; gifts, conversations and all else move.
CHOSEN_FIELDS = (
    "known_as", "also_known_as", "neighbourhood", "street", "phone", "email", "contact_preference", "connector_since",
    "champion_since", "told_on", "first_met_on",
)  # fmt: skip
#: Marks on two residents, the lower number first; both ends are written together.
PAIRS = (Dismissal, TwoPeople)
#: What stays: the records themselves, their history, and links to a sheet, which open only what they were made for.
STAYS = (Person, PersonMerge, ReadBackLink, *PAIRS)


@transaction.atomic
def merge_people(*, kept: Person, absorbed: Person, by: User, values: dict[str, object] | None = None) -> PersonMerge:
    """Put one record into another: everything that points at the absorbed one points at the kept one from now on.

    values: by some of `CHOSEN_FIELDS`, what the kept record shall say. What the kept one has already (a gift of that name,
    an introduction to itself) stays with the absorbed one, and comes back when they are taken apart.
    A no to telling what they offer holds for all their gifts from then on, one to being contacted for every way to do it.
    Locks both rows in the order of their numbers, so that of two who put the same together at once one is refused.
    Raises: ValidationError: one and the same, of two teams, put together already, or walking alongside with both.
    """
    kept, absorbed = _locked(kept, absorbed)
    _refuse(kept, absorbed)
    moved = {"values": _write_values(kept, values or {}), "rows": [], "links": [], "pairs": []}
    absorbed.merged_into = kept
    absorbed.save(update_fields=["merged_into", "updated_at"])
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
    merge = PersonMerge.objects.create(team=kept.team, kept=kept, absorbed=absorbed, moved=moved, merged_by=by)
    audit.record(by=by, verb="merge", obj=kept, fields=moved["values"])
    audit.record(by=by, verb="merge", obj=absorbed, fields=["merged_into"])
    return merge


@transaction.atomic
def undo_merge(*, merge: PersonMerge, by: User) -> PersonMerge:
    """Take two records apart again: what moved goes back, what was added since stays with the kept one.

    A second press finds it done. Raises: ValidationError when a later one must be taken apart first, or when they were
    forgotten meanwhile.
    """
    kept, absorbed = _locked(merge.kept, merge.absorbed)
    merge = PersonMerge.objects.select_for_update(of=("self",)).filter(pk=merge.pk).first()
    if merge is None:
        raise ValidationError(FORGOTTEN, code="forgotten")
    if merge.undone_at is not None:
        return merge
    later = PersonMerge.objects.filter(
        Q(kept=kept, pk__gt=merge.pk) | Q(absorbed=kept), team=merge.team_id, undone_at__isnull=True
    )
    if later.exists():
        raise ValidationError(_("They were put together with somebody else since. Take that apart first."))
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
    audit.record(by=by, verb="take_apart", obj=kept, fields=merge.moved.get("values", {}))
    audit.record(by=by, verb="take_apart", obj=absorbed, fields=["merged_into"])
    return merge


@transaction.atomic
def mark_two_people(*, person: Person, others: Iterable[Person], by: User) -> list[TwoPeople]:
    """Note that residents who look like one are two, so that nobody is asked again. Said twice, it stands once.

    Raises: ValidationError for somebody of another team, or the same resident twice.
    """
    marks = []
    for other in others:
        if other.team_id != person.team_id or other.pk == person.pk:
            raise ValidationError(_("Choose two residents of your own team."))
        low, high = sorted((person, other), key=lambda each: each.pk)
        mark, is_new = TwoPeople.objects.get_or_create(
            person=low, other=high, defaults={"team": person.team, "said_by": by}
        )
        if is_new:
            audit.record(by=by, verb="two_people", obj=mark)
        marks.append(mark)
    return marks


def _locked(*people: Person) -> list[Person]:
    rows = Person.everyone.select_for_update(of=("self",)).filter(pk__in=[each.pk for each in people])
    found = {each.pk: each for each in rows.select_related("team").order_by("pk")}
    return [found[each.pk] for each in people]


def _refuse(kept: Person, absorbed: Person) -> None:
    if kept.pk == absorbed.pk:
        raise ValidationError(_("This is one and the same record."))
    if kept.team_id != absorbed.team_id:
        raise ValidationError(_("Choose two residents of your own team."))
    if kept.forgotten_on or absorbed.forgotten_on:
        raise ValidationError(FORGOTTEN, code="forgotten")
    if kept.merged_into_id or absorbed.merged_into_id:
        raise ValidationError(_("Somebody else has put these records together already. Nothing was changed."))
    if Journey.objects.filter(person__in=(kept, absorbed), ended_on__isnull=True).count() > 1:
        raise ValidationError(
            _("We are walking alongside both. Bring one of the two journeys to its end, then put them together.")
        )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _write_values(kept: Person, values: dict[str, object]) -> dict[str, list[object]]:
    """Write what was chosen; return {field: [what it said before, what it says now]} of those that changed."""
    fields = {name: Person._meta.get_field(name).attname for name in CHOSEN_FIELDS if name in values}
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
    """Write what the kept record said before, except where somebody changed it since."""
    for name, (before, since) in values.items():
        field = Person._meta.get_field(name)
        if _plain(getattr(kept, field.attname)) == since:
            setattr(kept, field.attname, field.to_python(before) if not field.is_relation else before)
    place = Person._meta.get_field("neighbourhood").related_model
    if kept.neighbourhood_id and not place.objects.filter(pk=kept.neighbourhood_id).exists():
        kept.neighbourhood_id = None
    _key_and_save(kept)


def _key_and_save(kept: Person) -> None:
    kept.phone_key, kept.name_key = phone_key(kept.phone), name_key(kept.known_as)
    kept.full_clean(validate_unique=False)
    kept.save()


def _pointing_at_people() -> Iterator[tuple[type[models.Model], models.ForeignKey]]:
    """Yield (model, foreign key) of everything in any app that points at a resident and moves; links between are models too."""
    found = (
        (relation.related_model, relation.field)
        for relation in Person._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.many_to_many
    )
    yield from sorted(
        ((model, field) for model, field in found if model not in STAYS),
        key=lambda each: (each[0]._meta.label, each[1].name),
    )


def _point(model: type[models.Model], field: models.ForeignKey, ids: list[int], old: Person, new: Person) -> list[int]:
    """Point rows at another resident and return those that could be: one that a constraint refuses stays where it is."""
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
    """Offer no gift any more when the latest word of the two is a no to it; return the numbers of those withdrawn."""
    if not refuses(kept, Purpose.OFFER):
        return []
    ids = list(Gift.objects.filter(person=kept, is_offered=True).order_by("pk").values_list("pk", flat=True))
    Gift.objects.filter(pk__in=ids).update(is_offered=False)
    audit.record_many(by=by, verb="update", team=kept.team_id, model=Gift, ids=ids, fields=["is_offered"])
    return ids


def _withdraw_reach(kept: Person, values: dict[str, list[object]]) -> dict[str, list[object]]:
    """Keep no way to reach them when the latest word of the two is a no to it; return what changed, that included."""
    if not refuses(kept, Purpose.CONTACT):
        return values
    quiet = {"phone": "", "email": "", "contact_preference": ContactPreference.NO_CONTACT}
    for name, (before, since) in _write_values(kept, quiet).items():
        values[name] = [values[name][0] if name in values else before, since]
    return values


def _offer_again(ids: Iterable[int], kept: Person, absorbed: Person, merge: PersonMerge) -> None:
    """Offer what the putting together withdrew, of whoever said no such thing; nothing when they spoke of it since."""
    if ConsentRecord.objects.filter(person=kept, purpose=Purpose.OFFER, recorded_at__gt=merge.merged_at).exists():
        return
    willing = {kept.pk, absorbed.pk} - refusing([kept.pk, absorbed.pk], Purpose.OFFER)
    Gift.objects.filter(pk__in=list(ids), person__in=willing).update(is_offered=True)


def _other_end(link: type[models.Model], field: models.ForeignKey) -> models.ForeignKey:
    return next(each for each in link._meta.concrete_fields if each.is_relation and each.name != field.name)


def _move_links(link: type[models.Model], field: models.ForeignKey, absorbed: Person, kept: Person) -> list[object]:
    """Move links to conversations, themes and the like; one that the kept record has too is taken away, and remembered.

    Returns [model, field, [ids moved], [[id, other end] taken away]]. Left in place, the doubles would be counted twice.
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
    """Put back the links that both had, where the kept record still has its own."""
    other = _other_end(link, field).attname
    has = set(link._base_manager.filter(**{field.name: kept}).values_list(other, flat=True))
    rows = [link(pk=pk, **{field.attname: absorbed.pk, other: end}) for pk, end in doubled if end in has]
    link._base_manager.bulk_create(rows)


def _move_pairs(model: type[models.Model], absorbed: Person, kept: Person) -> Iterator[list[int]]:
    """Write the kept record into marks on two residents; yield [id, person before, other before]; a double stays."""
    rows = model.objects.filter(Q(person=absorbed) | Q(other=absorbed)).order_by("pk")
    for pk, person_id, other_id in list(rows.values_list("pk", "person_id", "other_id")):
        low, high = sorted((kept.pk, other_id if person_id == absorbed.pk else person_id))
        if low == high or model.objects.filter(person=low, other=high).exists():
            continue
        model.objects.filter(pk=pk).update(person=low, other=high)
        yield [pk, person_id, other_id, low, high]


def _move_pairs_back(pairs: Iterable[list]) -> None:
    by_label = {model._meta.label: model for model in PAIRS}
    for label, pk, person_id, other_id, low, high in pairs:
        if not by_label[label].objects.filter(person=person_id, other=other_id).exists():
            by_label[label].objects.filter(pk=pk, person=low, other=high).update(person=person_id, other=other_id)
