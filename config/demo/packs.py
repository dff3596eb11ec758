"""A pack that a steering group reads, and one that is being prepared."""

from datetime import timedelta

from django.utils import timezone

from communities.models import User
from config.demo.people import World
from evaluation.framework import indicators
from evaluation.models import Observation, PackOpening, Release
from evaluation.packs.actions import confirm_not_name, create_pack, make_pack_link, publish_pack, update_pack
from evaluation.packs.pages import draft_of
from evaluation.packs.queries import stories_to_choose

#: What the steering group asked for.
SHOWN = (
    indicators.CONVERSATIONS_HELD,
    indicators.RESIDENTS_MET,
    indicators.INTRODUCTIONS_MET,
    indicators.GROUPS_FORMED,
    indicators.SPARKS_APPROVED,
)
OPENING = (
    "Thank you for your time in these months. Most of what follows is the work of residents; we made introductions, "
    "and got out of the way when we could."
)


def add_packs(world: World, *, manager: User, evaluator: User) -> None:
    """Publish a pack of the latest release of a quarter, with a link that was opened; and begin another one."""
    latest = [
        release for release in Release.objects.filter(team=world.team).order_by("-period_end", "-period_start")
        if (release.period_end - release.period_start).days < 100
    ]  # fmt: skip
    release = latest[0]
    pack = create_pack(by=evaluator, team=world.team, title="For the steering group", release=release)
    until = release.period_end
    learned = Observation.objects.filter(team=world.team, observed_on__range=(release.period_start, until))
    update_pack(
        by=evaluator,
        pack=pack,
        title=pack.title,
        release=release,
        place="team",
        opening=OPENING,
        numbers=[spec.key for spec in SHOWN],
        nothing_wrong="",
        stories=list(stories_to_choose(manager, world.team).filter(happened_on__lte=until)[:2]),
        observations=list(learned.order_by("-observed_on", "-pk")[:4]),
    )
    pack.refresh_from_db()
    for check in draft_of(pack, manager, with_names=False).checks:
        for word in check.few:
            confirm_not_name(by=manager, pack=pack, word=word)
    published = publish_pack(by=manager, pack=pack)
    link = make_pack_link(by=manager, published=published, reader="Steering group", days=183)
    for ago, times in ((0, 3), (1, 1)):
        PackOpening.objects.create(link=link, day=timezone.localdate() - timedelta(days=ago), times=times)
    create_pack(by=evaluator, team=world.team, title="For the council’s scrutiny panel", release=latest[-1])
