"""What somebody looks after in evaluation, and how it is handed on."""

from collections.abc import Iterable, Sequence

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from communities.handover import OwnedKind, managers_in
from communities.models import Role, Team, User
from connectors.actions.next_steps import add_next_step
from connectors.owned import give_as_step, not_handed_on
from connectors.queries.owned_facts import day, in_one_line, opening
from evaluation.actions.addresses import withdraw_with_its_maker
from evaluation.models import ReleaseAddress, Story, StoryStatus


def _stories(team: Team, user: User) -> QuerySet[Story]:
    unfinished = Q(status=StoryStatus.DRAFT) | Q(review_since__isnull=False)
    rows = Story.objects.filter(unfinished, team=team, created_by=user)
    return not_handed_on(rows, user).select_related("team").order_by("happened_on", "pk")


def _facts(stories: Sequence[Story], reader: User) -> list[str]:
    """Return when each story happened, and its first words."""
    return [
        in_one_line(day(each.happened_on), opening(each.self_text or each.us_text or each.now_text)) for each in stories
    ]


def _addresses(team: Team, user: User) -> QuerySet[ReleaseAddress]:
    rows = ReleaseAddress.objects.filter(release__team=team, made_by=user, withdrawn_at__isnull=True)
    return rows.filter(expires_on__gte=timezone.localdate()).select_related("release__team").order_by("made_at", "pk")


def _title(address: ReleaseAddress, reader: User) -> str:
    return f"{address.get_program_display()}, {address.release}"


def _about_addresses(addresses: Sequence[ReleaseAddress], reader: User) -> list[str]:
    """Return when each was made, and what becomes of it."""
    return [
        in_one_line(day(timezone.localdate(each.made_at)), _("stops working, because the person who leaves knows it"))
        for each in addresses
    ]


def _replace_addresses(rows: Iterable[ReleaseAddress], to: User, by: User | None) -> list[Model]:
    """Withdraw addresses, which whoever leaves has copied, and ask a colleague to make new ones for the programs."""
    today, steps = timezone.localdate(), []
    for address in rows:
        withdraw_with_its_maker(address=address, by=by)
        words = _("Make a new address for %(program)s of the release of %(period)s, if it is still read there")
        values = {"program": address.get_program_display(), "period": address.release}
        steps.append(
            add_next_step(team=address.release.team, by=by, owner=to, words=(words % values)[:250], due_on=today)
        )
    return steps


def _stop_addresses(rows: Iterable[ReleaseAddress], by: User | None, reason: str) -> None:
    for address in rows:
        withdraw_with_its_maker(address=address, by=by)


KINDS = (
    OwnedKind(
        key="stories",
        counted=ngettext_lazy(
            "%(count)s story to finish or check again", "%(count)s stories to finish or check again", "count"
        ),
        fields=("evaluation.story.created_by",),
        rows=_stories,
        give=give_as_step(lambda story: _("Finish this story, or check it again")),
        title=lambda story, reader: story.title,
        facts=_facts,
        page=lambda story: reverse("evaluation:story-detail", args=[story.uuid]),
    ),
    OwnedKind(
        key="addresses",
        counted=ngettext_lazy("%(count)s address of a release", "%(count)s addresses of releases", "count"),
        fields=("evaluation.releaseaddress.made_by",),
        rows=_addresses,
        give=_replace_addresses,
        close=_stop_addresses,
        takers=managers_in,
        roles=(Role.MANAGER, Role.EVALUATOR),
        only=gettext_lazy("Only a manager can make new addresses."),
        title=_title,
        facts=_about_addresses,
        page=lambda address: reverse("evaluation:release-addresses", args=[address.release.uuid]),
    ),
)
