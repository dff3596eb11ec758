"""What the search on every page finds of sparks."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.addresses import path_of
from communities.compiled import compiled_once, padded
from communities.finders import in_neighbourhood
from communities.full_text import FullText
from communities.models import Team, User
from communities.searching import Finder, Found, Hit, Search, fits, found_in
from connectors.queries.named import NAMESAKES, people_named, with_residents
from sparks.models import Spark
from sparks.rules import can_read_texts

SPARKS = FullText("sparks_spark", ("title", "group_name", "what", "who_with"))
#: What else words can name, for those who read the texts: who is behind a spark, and where.
PARTS = (with_residents(Spark.applicants.through, "spark"), in_neighbourhood())


def find_sparks(search: Search) -> Found:
    """Return the sparks with the words, and those of residents with the name; three queries for one word.

    For readers who see titles only, the words must be in the title.
    """
    reads = can_read_texts(search.user, search.team)
    return found_in(
        SPARKS,
        search,
        _sparks,
        hit=_spark,
        also={"pk": applied_by_people_named(search)},
        parts=PARTS if reads else (),
        fitting=lambda spark: reads or fits(f"{spark.title} {spark.group_name}", search),
    )


def _sparks(*, user: User, team: Team) -> QuerySet[Spark]:
    return Spark.objects.visible_to(user).filter(team=team).only("uuid", "title", "group_name", "status")


def sparks_of_people_named(search: Search) -> Q | None:
    """Return a filter for the sparks that residents with the name are behind; None without a match."""
    sparks = applied_by_people_named(search)
    return Q(pk__in=sparks) if sparks else None


def applied_by_people_named(search: Search) -> list[int]:
    """Return the primary keys of the latest sparks that residents with the name are behind."""
    people = people_named(search)[:NAMESAKES]
    return _with_applicants(people=padded(people)) if people else []


@compiled_once
def _with_applicants(*, people: list[int]) -> QuerySet:
    behind = Spark.applicants.through.objects.filter(person__in=people).order_by("-spark")
    return behind.values_list("spark", flat=True)[:NAMESAKES]


def _spark(spark: Spark) -> Hit:
    about = (spark.group_name, spark.get_status_display())
    url = path_of("sparks:spark-detail", spark.uuid)
    return Hit(spark.title, url, " · ".join(filter(None, about)))


FINDERS = (
    Finder(
        kind="sparks",
        label=_("Sparks"),
        icon="spark",
        order=50,
        find=find_sparks,
        indexes=(SPARKS,),
        parts=PARTS,
        address=lambda: reverse("sparks:spark-list"),
    ),
)
