"""Prepare, publish and share packs, and take a text out of one that was published."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row, locked
from communities.folding import readable
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from evaluation.actions.addresses import SECRET_BYTES, digest_of_secret
from evaluation.actions.emptying import empty_parts
from evaluation.canonical import sha256_of
from evaluation.models import (
    Emptied,
    Observation,
    Pack,
    PackLink,
    PackOpening,
    PackPart,
    PublishedPack,
    Release,
    Story,
)
from evaluation.packs.checking import check_names, checks_of
from evaluation.packs.contents import Words, document, salted, words_of
from evaluation.packs.rules import DAYS, FEWER_THAN, can_link_pack, can_prepare_pack, can_publish_pack, few_in
from evaluation.packs.trends import compared_of

_COLUMNS = ("title", "release", "place", "opening", "numbers", "nothing_wrong")


@idempotent(Pack)
@transaction.atomic
def create_pack(*, by: User, team: Team, title: str, release: Release, uuid: UUID | None = None) -> Pack:
    """Begin a pack of the figures of a release. The same UUID sent twice creates one pack.

    Raises: PermissionDenied; ValidationError by field.
    """
    require(can_prepare_pack, by, team)
    pack = Pack(uuid=uuid or uuid4(), team=team, title=title, release=release, created_by=by)
    _save(pack)
    audit.record(by=by, verb=Verb.CREATE, obj=pack, fields=["title", "release"])
    return pack


@transaction.atomic
def update_pack(
    *,
    by: User,
    pack: Pack,
    title: str,
    release: Release,
    place: str,
    opening: str,
    numbers: list[str],
    nothing_wrong: str,
    stories: Iterable[Story],
    observations: Iterable[Observation],
) -> Pack:
    """Choose what is in a pack.

    Raises: PermissionDenied; ValidationError, by field, for a number or place that the release does not have and rows of another team, and
    when the pack was published or deleted meanwhile.
    """
    require(can_prepare_pack, by, pack.team_id)
    pack = _draft(pack)
    values = {
        "title": title,
        "release": release,
        "place": place,
        "opening": opening,
        "numbers": list(numbers),
        "nothing_wrong": nothing_wrong,
    }
    changed = [name for name in _COLUMNS if getattr(pack, name) != values[name]]
    for name in changed:
        setattr(pack, name, values[name])
    chosen: dict[str, list[Story] | list[Observation]] = {"stories": list(stories), "observations": list(observations)}
    _save(pack, chosen)
    for name, rows in chosen.items():
        links = getattr(pack, name)
        wanted = {row.pk for row in rows}
        if wanted != set(links.values_list("pk", flat=True)):
            links.set(wanted)
            changed.append(name)
    if changed:
        audit.record(by=by, verb=Verb.UPDATE, obj=pack, fields=changed)
    return pack


@transaction.atomic
def delete_pack(*, by: User, pack: Pack) -> None:
    """Delete a pack that is not published, which can be undone. Raises: PermissionDenied; ValidationError for a published one."""
    require(can_prepare_pack, by, pack.team_id)
    pack = _draft(pack)
    audit.record(by=by, verb=Verb.DELETE, obj=pack)
    delete_undoably(pack, by=by)


@transaction.atomic
def confirm_not_name(*, by: User, pack: Pack, word: str) -> Pack:
    """Record that a word in a pack is not the name of a resident there, or that a small number of people can be shown. Safe to repeat.

    Raises: PermissionDenied; ValidationError for no word, a telephone number or an address, and once the pack is published.
    """
    require(can_publish_pack, by, pack.team_id)
    pack = _draft(pack)
    word = " ".join(word.split())
    is_few = [*few_in(word, FEWER_THAN)] == [word]
    if not readable(word) or "@" in word or (any(map(str.isdecimal, word)) and not is_few):
        raise ValidationError(
            _("Take phone numbers, house numbers and email addresses out of the text: each could identify somebody.")
        )
    if word not in pack.not_names:
        pack.not_names = [*pack.not_names, word]
        pack.save(update_fields=["not_names", "updated_at"])
        audit.record(by=by, verb=Verb.UPDATE, obj=pack, fields=["not_names"])
    return pack


@transaction.atomic
def publish_pack(*, by: User, pack: Pack) -> PublishedPack:
    """Publish a pack as it is now, once. Who publishes it again, or at the same moment, gets what was published.

    The stories are locked, so that nobody withdraws consent between the check and the publication: whoever comes later empties the story.
    Raises: PermissionDenied; ValidationError with a sentence for each fault, and then nothing is written.
    """
    require(can_publish_pack, by, pack.team_id)
    pack = locked(Pack.objects.select_related("team", "release"), pack.pk)
    if found := PublishedPack.objects.filter(pack=pack).first():
        return found
    stories = list(Story.objects.select_for_update(of=("self",)).filter(packs=pack).order_by("pk"))
    stories.sort(key=lambda story: (story.happened_on, story.pk), reverse=True)
    observations = list(pack.observations.order_by("-observed_on", "-pk"))
    compared = compared_of(pack)
    words = words_of(pack, by=by, stories=stories, observations=observations, compared=compared)
    checks = [*checks_of(pack, words, stories=stories, observations=observations), check_names(pack, words)]
    if faults := [fault for check in checks for fault in check.faults]:
        raise ValidationError(faults, code="not_ready")
    parts = _parts(words)
    content = document(pack, parts, on=timezone.localdate(), compared=compared)
    published = PublishedPack.objects.create(pack=pack, document=content, sha256=sha256_of(content), published_by=by)
    for part in parts:
        part.published = published
    PackPart.objects.bulk_create(parts)
    audit.record(by=by, verb=Verb.PUBLISH, obj=pack)
    return published


@transaction.atomic
def empty_pack_part(*, by: User, part: PackPart) -> PackPart:
    """Take a text out of a published pack, at every link. It cannot be put back. Safe to repeat.

    Raises: PermissionDenied.
    """
    require(can_publish_pack, by, part.published.pack.team_id)
    part = locked(PackPart.objects.select_related("published__pack"), part.pk)
    if empty_parts(PackPart.objects.filter(pk=part.pk), Emptied.TEAM):
        audit.record(by=by, verb=Verb.UPDATE, obj=part.published.pack, fields=["parts"])
    return PackPart.objects.get(pk=part.pk)


@idempotent(PackLink)
@transaction.atomic
def make_pack_link(*, by: User, published: PublishedPack, reader: str, days: int, uuid: UUID | None = None) -> PackLink:
    """Make a link to a published pack. The one that the same readers had before stops working.

    Its `secret` is shown once and not stored: the row that the same `uuid` gives again has none. days: for how long it works, one of `DAYS`. Raises: PermissionDenied; ValidationError keyed by field.
    """
    require(can_link_pack, by, published.pack.team_id)
    if days not in DAYS:
        raise ValidationError({"days": _("Choose for how long the link works.")})
    # Two who make a link for the same readers wait for each other.
    Pack.objects.select_for_update(of=("self",)).get(pk=published.pack_id)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = PackLink(
        uuid=uuid or uuid4(),
        published=published,
        reader=" ".join(reader.split()),
        digest=digest_of_secret(secret),
        made_by=by,
        expires_on=timezone.localdate() + timedelta(days=days),
    )
    check_row(link)
    for earlier in PackLink.objects.filter(published=published, reader__iexact=link.reader, withdrawn_at__isnull=True):
        _withdraw(earlier, by)
    link.save()
    audit.record(by=by, verb=Verb.CREATE, obj=link)
    link.secret = secret
    return link


@transaction.atomic
def withdraw_pack_link(*, by: User, link: PackLink) -> PackLink:
    """Withdraw a link, which stops working at once. Does nothing the second time. Raises: PermissionDenied."""
    require(can_link_pack, by, link.team_id)
    link = locked(PackLink.objects.select_related("published__pack"), link.pk)
    if link.withdrawn_at is None:
        _withdraw(link, by)
    return link


def note_opening(*, link: PackLink) -> None:
    """Count that a link was opened today, and nothing else."""
    today = timezone.localdate()
    rows = PackOpening.objects.filter(link=link, day=today)
    if rows.update(times=F("times") + 1):
        return
    try:
        with transaction.atomic():
            PackOpening.objects.create(link=link, day=today, times=1)
    except IntegrityError:
        rows.update(times=F("times") + 1)


def _draft(pack: Pack) -> Pack:
    """Return a pack, locked. Raises: ValidationError once it is published."""
    pack = locked(Pack.objects.select_related("team", "release"), pack.pk)
    if PublishedPack.objects.filter(pack=pack).exists():
        raise ValidationError(_("This pack is published, so it stays as it is. Make another one."), code="published")
    return pack


def _save(pack: Pack, chosen: dict[str, list[Story] | list[Observation]] | None = None) -> None:
    """Check and save a pack. Raises: ValidationError by field."""
    others = _("This belongs to another team.")
    refused = {
        name: others for name, rows in (chosen or {}).items() if any(row.team_id != pack.team_id for row in rows)
    }
    if pack.release.team_id != pack.team_id:
        raise ValidationError({"release": others})
    content = pack.release.document
    if pack.place not in {place["key"] for place in content["places"]}:
        refused["place"] = _("This release has no such place.")
    if set(pack.numbers) - {each["key"] for each in content["definitions"]}:
        refused["numbers"] = _("This release has no such number.")
    if refused:
        raise ValidationError(refused)
    check_row(pack, exclude=["uuid"])
    pack.save()


def _parts(words: Iterable[Words]) -> list[PackPart]:
    return [
        PackPart(position=number, kind=each.kind, story=each.story, texts=salted(each))
        for number, each in enumerate(words)
    ]


def _withdraw(link: PackLink, by: User) -> None:
    link.withdrawn_at = timezone.now()
    link.save(update_fields=["withdrawn_at"])
    audit.record(by=by, verb=Verb.WITHDRAW, obj=link)
