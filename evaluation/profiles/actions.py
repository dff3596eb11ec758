"""Note what residents answer about themselves, delete it, and choose the categories that they are asked about."""

from collections.abc import Collection
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import changed_names, locked, save_checked
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.undo import delete_undoably, keep_change
from communities.verbs import Verb
from connectors.actions.consent import record_consents
from connectors.actions.current_record import locked_person
from connectors.models import ConsentHow, Person, Purpose
from evaluation.models import Profile, ProfileCategory
from evaluation.profiles.rules import MOST_CATEGORIES, can_choose_categories, can_note_profile


@transaction.atomic
def note_profile(
    *,
    by: User,
    person: Person,
    is_agreed: bool,
    how: str = ConsentHow.TOLD,
    age_band: str = "",
    category: ProfileCategory | None = None,
    route: str = "",
) -> Person:
    """Record whether a resident agrees to this, and what they answered; each answer is optional. Returns the resident.

    A no deletes what was noted before, whatever else is given. Answers given today replace those of before. Safe to repeat.
    Raises: PermissionDenied; ValidationError for no answers where there were some, and by field for another team's category and one
    that is not asked any more.
    """
    require(can_note_profile, by, person.team_id)
    person = locked_person(person)
    record_consents(person=person, by=by, answers={Purpose.PROFILE: is_agreed}, how=how)
    if not is_agreed:
        return person
    profile = Profile.objects.select_for_update(of=("self",)).filter(person=person).first()
    values = {"age_band": age_band, "category": category, "route": route}
    if not any(values.values()):
        if profile is not None:
            raise ValidationError(_("Nothing was changed. To delete all answers, press “Delete the answers” below."))
        return person
    if category is not None and category.team_id != person.team_id:
        raise ValidationError({"category": _("This belongs to another team.")})
    if category is not None and category.ended_on and (profile is None or profile.category_id != category.pk):
        raise ValidationError({"category": _("This is not asked any more. Choose another one.")})
    verb = Verb.UPDATE if profile else Verb.CREATE
    profile = profile or Profile(person=person)
    changed = changed_names(profile, values)
    if changed or profile.answered_on != timezone.localdate():
        for name in changed:
            setattr(profile, name, values[name])
        profile.answered_on, profile.recorded_by = timezone.localdate(), by
        save_checked(profile)
        audit.record(by=by, verb=verb, obj=profile, fields=[*changed, "answered_on"])
    return person


@transaction.atomic
def delete_profile(*, by: User, profile: Profile) -> None:
    """Delete what a resident answered, which can be undone; whether they agreed to be asked stays as it is.

    Raises: PermissionDenied; ValidationError when it was deleted meanwhile.
    """
    require(can_note_profile, by, profile.team_id)
    profile = locked(Profile.objects.select_related("person"), profile.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=profile)
    delete_undoably(profile, by=by)


def remove_profiles(*, records: Collection[int], team_id: int, by: User | None) -> int:
    """Delete the profiles of a resident for good, in the caller's transaction, because of a no or an erasure; return how many."""
    ids = list(
        Profile.objects.select_for_update(of=("self",)).filter(person__in=list(records)).values_list("pk", flat=True)
    )
    Profile.objects.filter(pk__in=ids).delete()
    audit.record_many(by=by, verb=Verb.DELETE, team=team_id, model=Profile, ids=ids)
    return len(ids)


@idempotent(ProfileCategory)
@transaction.atomic
def add_category(
    *, by: User, team: Team, name: str, is_special: bool = False, basis: str = "", uuid: UUID | None = None
) -> ProfileCategory:
    """Add a category that residents are asked about.

    Raises: PermissionDenied; ValidationError, by field, for a second one of that name, for more than `MOST_CATEGORIES`, and for one
    about health and the like without what allows it.
    """
    require(can_choose_categories, by, team)
    # Of two that are added at once, the second waits, so that they cannot be one too many.
    team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if ProfileCategory.objects.filter(team=team, ended_on__isnull=True).count() >= MOST_CATEGORIES:
        raise ValidationError(
            _("There are %(n)s categories already, as many as can be read out. Stop asking about one first.")
            % {"n": MOST_CATEGORIES}
        )
    category = ProfileCategory(uuid=uuid or uuid4(), team=team, name=name, is_special=is_special, basis=basis)
    save_checked(category)
    audit.record(by=by, verb=Verb.CREATE, obj=category, fields=["name", "is_special", "basis"])
    return category


@transaction.atomic
def end_category(*, by: User, category: ProfileCategory) -> ProfileCategory:
    """Stop asking about a category, which can be undone; answers that were given stay. Safe to repeat.

    Raises: PermissionDenied; ValidationError when it was deleted meanwhile.
    """
    require(can_choose_categories, by, category.team_id)
    category = locked(ProfileCategory.objects.select_related("team"), category.pk)
    if category.ended_on is None:
        category.ended_on = timezone.localdate()
        category.save(update_fields=["ended_on"])
        audit.record(by=by, verb=Verb.CLOSE, obj=category, fields=["ended_on"])
        keep_change(category, by=by, verb=Verb.CLOSE, before={"ended_on": None})
    return category
