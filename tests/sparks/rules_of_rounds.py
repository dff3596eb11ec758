"""Changing the rules of a round with two people, for tests that are about something else."""

from communities.models import User
from sparks import actions, proposals
from sparks.models import FundProposal, Round


def proposed(pot: Round, by: User, **values: object) -> FundProposal:
    """Return the proposal of other rules for a round that is in use."""
    actions.update_round(grant_round=pot, by=by, reason="It was agreed.", **values)
    found = proposals.proposal_for(pot)
    assert found is not None
    return found


def with_two(pot: Round, first: User, second: User, **values: object) -> Round:
    """Return a round with other rules, which one person proposed and another agreed to."""
    actions.agree_proposal(proposal=proposed(pot, first, **values), by=second)
    return Round.objects.get(pk=pot.pk)
