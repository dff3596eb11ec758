"""A mark by which figures kept counted are known to be out of date."""

from communities.models import AuditEntry, Team

#: How far back among the numbers of audit entries a write that finishes late is still noticed.
LATE_ENTRIES = 10_000


def stamp_of(team: Team) -> str:
    """Return a mark that changes with every write for the team; at most 30 characters.

    Every write in Kith leaves an audit entry of its team in the same transaction. The mark is the highest number of
    those entries and how many lie within LATE_ENTRIES of it: on PostgreSQL a transaction that took its number earlier
    may finish later, and then the highest number stays while the count goes up. Entries are never removed, so for one
    highest number the count only grows.
    """
    entries = AuditEntry.objects.filter(team=team)
    latest = entries.order_by("-pk").values_list("pk", flat=True).first() or 0
    return f"{latest}.{entries.filter(pk__gt=latest - LATE_ENTRIES).order_by().count()}"
