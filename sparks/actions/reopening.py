"""Taking back an ending that was a mistake, and what is asked again then."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Team, User
from communities.outbox.actions import withdraw_outdated
from communities.rules import require
from sparks import closeness, history, queries, rules, splitting, workflow
from sparks.actions.decisions import revoke_decline
from sparks.actions.steps import check_step, fresh, lock, move_money, refuse_unconfirmed, take
from sparks.models import Decision, LedgerKind, Spark, Status, StepTaken

#: Kinds of messages that are not true any more once a spark is reopened.
TOLD_OF_ENDINGS = ("spark_declined", "spark_cancelled", "spark_lapsed", "spark_withdrawn")


@transaction.atomic
def reopen_spark(*, spark: Spark, by: User) -> Spark:
    """Put a spark back as it was before it was closed, withdrawn or cancelled by mistake, within a day.

    Whoever took the step can do it, or a manager; what was declined, only somebody who can decide on it, and two people
    approve it after somebody else reopened it. Money that was released is promised again, unless other awards to the group
    or the payee ask for a second person by now: then it waits for one.
    Raises: PermissionDenied; ValidationError for a step that is not allowed or was taken too long ago, for people too close
    to decide (`code` is the key of the bar), as `refuse_unconfirmed` where money is promised, a group with another live
    spark in the round by now, or too little left (`code` "pot").
    """
    by_now = fresh(by)
    require(rules.has_role_for, by_now, spark.team_id, "reopen")
    spark = lock(spark)
    check_step(spark, "reopen")
    ended = history.ending_to_reopen(spark)
    if ended is None:
        raise ValidationError(
            _("This spark was ended more than a day ago, so it stays as it is. Start it again as a new one."),
            code="late",
        )
    require(rules.can_reopen, by_now, spark, ended.by_id)
    if bars := queries.reasons_not_to_reopen(spark, by_now, ended):
        raise ValidationError(queries.REASONS_NOT_TO_DECIDE[bars[0]], code=bars[0])
    if other := queries.live_spark_of_group(spark):
        message = _("This group has another spark in this round now: “%(title)s”. Nothing was changed.")
        raise ValidationError(message % {"title": other.title}, code="group")
    if ended.step in history.DECLINING:
        revoke_decline(spark, by)
        spark.decided_at = None
    withdraw_outdated(about=spark, kinds=TOLD_OF_ENDINGS)
    to = _before(spark, ended)
    if workflow.STATES[to].is_promised and spark.award_gbp:
        refuse_unconfirmed(by, spark, "reopen")
        if _needs_second_person(spark):
            to, spark.award_gbp, spark.decided_at = Status.RECOMMENDED, None, None
    occasion = f"{spark.steps_taken}"
    way = take(spark, "reopen", to=to, by=by, fields=["award_gbp", "decided_at"], occasion=occasion)
    if way.money == "reserve" and spark.award_gbp:
        move_money(spark, LedgerKind.RESERVE, spark.award_gbp, by=by, note=_("Reopened"))
    return spark


def _before(spark: Spark, ended: StepTaken) -> str:
    """Return the status before a spark was ended: of the approvals that stand, if it waited for a second person.

    Whoever approved it and declined it afterwards has no approval any more.
    """
    if ended.before == Status.RECOMMENDED and not Decision.objects.approvals_of(spark).exists():
        return Status.SUBMITTED
    return ended.before


def _needs_second_person(spark: Spark) -> bool:
    """Return whether one person approved a locked spark and two have to, given what was awarded meanwhile.

    Locks the team, as `approve_spark` and `accept` do, so that two awards to one group are never promised at the same time.
    """
    limit = Team.objects.select_for_update(no_key=True).get(pk=spark.team_id).approval_limit_gbp
    award = spark.award_gbp
    if award is None or len(closeness.approvers_of_award(spark)) > 1:
        return False
    return splitting.needs_second_person(spark, award, limit_gbp=limit) or (
        bool(spark.payee) and splitting.second_person_for_payee(spark, spark.payee, limit_gbp=limit)
    )
