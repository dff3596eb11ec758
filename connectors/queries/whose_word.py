"""Whose word a suggestion rests on: who said when that they care about what."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.models import User
from connectors.models import HeardTheme, Person
from connectors.rules.shown_names import name_for


def words_of(cares: Iterable[tuple[Person, str]], *, reader: User) -> dict[tuple[int, str], str]:
    """Return, by (resident's primary key, theme), a sentence that says whose word it is; one query, none without cares.

    "Tomasz said on 3 May 2026 that they care about growing food." A theme that no conversation gives them is one that
    somebody wrote on their page.
    """
    wanted = {(person.pk, theme): person for person, theme in cares}
    if not wanted:
        return {}
    rows = HeardTheme.objects.filter(
        person__in={pk for pk, _theme in wanted}, theme__name__in={theme for _pk, theme in wanted}
    )
    days = {
        (pk, theme): day
        for pk, theme, day in rows.order_by("conversation__held_on", "pk").values_list(
            "person_id", "theme__name", "conversation__held_on"
        )
    }
    said = _("%(name)s said on %(day)s that they care about %(theme)s.")
    noted = _("%(name)s’s page says that they care about %(theme)s.")
    return {
        key: (said if key in days else noted)
        % {
            "name": name_for(reader, person),
            "theme": key[1],
            "day": date_format(days[key], "j F Y") if key in days else "",
        }
        for key, person in wanted.items()
    }
