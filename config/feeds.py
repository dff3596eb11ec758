"""The private calendar of a user, at an address that only they know."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_safe

from communities.actions.attempts import CALENDARS, record_attempt
from communities.actions.personal import digest_of_address
from communities.browsers import network, network_address
from communities.lists import listed
from communities.models import CalendarAddress, Role, Team, User
from config.calendars import Entry, calendar_text
from connectors.models import NextStep, Person
from connectors.queries.next_steps import attach_linked, steps_due
from sparks.models import Round, Spark, Status

#: How far ahead a calendar looks, and the most entries of each kind.
AHEAD = timedelta(days=366)
MOST = 500
TEXT = "text/plain; charset=utf-8"
#: The statuses of a spark in which something is due: the beginning of the uid of an entry, and its title.
DUE = {
    Status.NEEDS_INFO: ("answer", gettext_lazy("Answer about a spark is due")),
    Status.APPROVED: ("accept", gettext_lazy("An award lapses if nobody accepts it")),
    Status.PAID: ("report", gettext_lazy("Report on a spark is due")),
}


@require_safe
@login_not_required
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """Send the calendar: 404 for an address that never was, 410 for one that was withdrawn or whose account is closed.

    No session is read or written. Programs ask about every hour; more than one a minute is refused.
    """
    digest = digest_of_address(secret)
    place = network(network_address(request.META))
    if record_attempt(limits=CALENDARS, account=digest, source=place).is_refused:
        response = HttpResponse(
            _("Too many requests. Ask for this calendar once an hour."), content_type=TEXT, status=429
        )
        response["Retry-After"] = "3600"
        return _private(response)
    address = CalendarAddress.objects.filter(digest=digest).select_related("user").first()
    if address is None:
        words = _("This calendar address does not work. Copy all of it, or make a new one in your settings in Kith.")
        return _private(HttpResponse(words, content_type=TEXT, status=404))
    if address.withdrawn_at or not address.user.is_active:
        words = _("This calendar address was withdrawn. Make a new one in your settings in Kith.")
        return _private(HttpResponse(words, content_type=TEXT, status=410))
    response = HttpResponse(text_of(address.user), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="kith.ics"'
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def text_of(user: User) -> str:
    """Return the calendar of a user: what is due in each of their teams."""
    entries = []
    for team in Team.objects.filter(pk__in=user.team_ids()).order_by("pk"):
        with override(team.language):
            if user.has_role(team, Role.BUILDER, Role.MANAGER):
                entries += [*_steps(user, team), *_sparks(user, team)]
            if user.has_role(team, Role.BUILDER, Role.MANAGER, Role.DEPUTY):
                entries += _rounds(user, team)
    return calendar_text(entries, name=_("Kith"), now=timezone.now())


def _steps(user: User, team: Team) -> list[Entry]:
    """Return the next steps, at most `MOST`: those to come first, then the latest that are overdue."""
    today = timezone.localdate()
    steps = steps_due(user=user, team=team, on=today + AHEAD, owners=[user.pk])
    rows = list(steps.filter(due_on__gte=today)[: MOST + 1])
    if len(rows) <= MOST:
        rows += steps.filter(due_on__lt=today).order_by("-due_on", "-pk")[: MOST + 1 - len(rows)]
    entries = [
        Entry(
            uid=f"step-{step.uuid}@kith.invalid",
            day=step.due_on,
            title=_title(people_of(step)),
            url=_address(step.about_url),
        )
        for step in sorted(attach_linked(rows[:MOST], user=user, team=team), key=lambda step: (step.due_on, step.pk))
    ]
    if len(rows) <= MOST:
        return entries
    more = Entry(
        uid=f"more-{team.pk}@kith.invalid",
        day=today,
        title=_("Kith has more next steps than these"),
        url=_address(reverse("connectors:step-list")),
    )
    return [more, *entries]


def people_of(step: NextStep) -> list[Person]:
    """Return the residents that a step is about: the one it was promised to, or those of the conversation."""
    if step.person is not None:
        return [step.person]
    return step.people


def _title(people: list[Person]) -> str:
    names = listed(first_name(person) for person in people)
    return _("Next step: %(names)s") % {"names": names} if names else _("Next step")


def first_name(person: Person) -> str:
    """Return the first word of a resident's name as pages show it to everybody: initials until they were told."""
    return person.shown_as.split()[0] if person.told_on else person.shown_as


def _sparks(user: User, team: Team) -> list[Entry]:
    """Return the days by which sparks that the user started are to be answered, accepted or reported on.

    An entry keeps its uid when the day is moved, so calendars move it too.
    """
    rows = Spark.objects.visible_to(user).filter(team=team, created_by=user, status__in=DUE, due_on__isnull=False)
    return [
        Entry(
            uid=f"{DUE[spark.status][0]}-{spark.uuid}@kith.invalid",
            day=spark.due_on,
            title=str(DUE[spark.status][1]),
            url=_address(reverse("sparks:spark-detail", args=[spark.uuid])),
        )
        for spark in rows.only("uuid", "status", "due_on").order_by("-due_on", "-pk")[:MOST]
    ]


def _rounds(user: User, team: Team) -> list[Entry]:
    """Return the days on which the team's rounds close, as long as that is not over."""
    rows = Round.objects.visible_to(user).filter(team=team, closes_at__gte=timezone.now() - timedelta(days=1))
    return [
        Entry(
            uid=f"round-{each.uuid}@kith.invalid",
            day=timezone.localdate(each.closes_at),
            title=_("A round closes at %(time)s") % {"time": date_format(timezone.localtime(each.closes_at), "H:i")},
            url=_address(reverse("sparks:round-detail", args=[each.pk])),
        )
        for each in rows.only("uuid", "closes_at").order_by("closes_at", "pk")[:MOST]
    ]


def _address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
