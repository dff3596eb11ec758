"""Who may do what with indicators and stories: functions of a person and a thing."""

from communities.models import Role, Team, User
from evaluation.models import ConsentScope, Observation, Story, StoryStatus

#: The roles that write down what the team learned.
NOTING = (Role.BUILDER, Role.MANAGER, Role.EVALUATOR)


def can_export_indicators(user: User, team: Team | int | None) -> bool:
    """Return whether a person may download the indicators: evaluators and managers may."""
    return user.has_role(team, Role.EVALUATOR, Role.MANAGER)


def can_write_measurement(user: User, team: Team | int | None) -> bool:
    """Return whether a person may record measurements: evaluators and managers may."""
    return user.has_role(team, Role.EVALUATOR, Role.MANAGER)


def can_set_yardsticks(user: User, team: Team | int | None) -> bool:
    """Return whether a person may say what numbers are compared with: evaluators and managers may."""
    return user.has_role(team, Role.EVALUATOR, Role.MANAGER)


def can_define_indicators(user: User, team: Team | int | None) -> bool:
    """Return whether a person may define outcomes and indicators of the team's own: evaluators and managers may."""
    return user.has_role(team, Role.EVALUATOR, Role.MANAGER)


def can_write_expectation(user: User, team: Team | int | None) -> bool:
    """Return whether a person may write down what the team expects: everybody who works in it or evaluates it may."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER, Role.EVALUATOR)


def can_write_story(user: User, team: Team | int | None) -> bool:
    """Return whether a person may write stories of the team: builders and managers may."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_change_story(user: User, story: Story) -> bool:
    """Return whether a person may change a story: its writer, managers, and every builder once its writer has left."""
    if user.has_role(story.team_id, Role.MANAGER):
        return True
    if not can_write_story(user, story.team_id):
        return False
    return story.created_by_id == user.pk or not can_write_story(story.created_by, story.team_id)


def can_submit_story(user: User, story: Story) -> bool:
    """Return whether a person may submit a story for approval."""
    return story.status == StoryStatus.DRAFT and can_change_story(user, story)


def can_delete_story(user: User, story: Story) -> bool:
    """Return whether a person may delete a story: only as long as it is a draft, and whoever may change it."""
    return story.status == StoryStatus.DRAFT and can_change_story(user, story)


def can_decide_story(user: User, story: Story) -> bool:
    """Return whether a person may decide on the team's stories: its managers may."""
    return user.has_role(story.team_id, Role.MANAGER)


def can_approve_story(user: User, story: Story) -> bool:
    """Return whether a person may approve a story to be published: a manager, and never its writer."""
    return story.status == StoryStatus.SUBMITTED and can_decide_story(user, story) and story.created_by_id != user.pk


def can_withdraw_consent(user: User, story: Story) -> bool:
    """Return whether a person may record that the people in a story no longer agree: all who write for the team may.

    Residents tell whichever builder they meet, so it needs no approval.
    """
    return bool(story.consent_scope) and can_write_story(user, story.team_id)


def can_review_story(user: User, story: Story) -> bool:
    """Return whether a person is asked to review a story after somebody withdrew consent, and may record the review."""
    return story.review_since is not None and can_change_story(user, story)


def can_read_people_in_stories(user: User, team: Team | int | None) -> bool:
    """Return whether a person may read who is in a story.

    Others see neither names nor aliases there, because the text of a story could identify the person behind an alias.
    """
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def lacks_consent(story: Story) -> bool:
    """Return whether a story cannot be published because consent is missing or was withdrawn."""
    return story.consent_scope == ConsentScope.NONE or story.consent_on is None


def can_note(user: User, team: Team | int | None) -> bool:
    """Return whether a person may write down what the team learned: builders, managers and evaluators may."""
    return user.has_role(team, *NOTING)


def can_change_observation(user: User, observation: Observation) -> bool:
    """Return whether a person may change or delete an observation.

    Whoever wrote it and managers may, and everybody who may write some once its writer has left.
    """
    if user.has_role(observation.team_id, Role.MANAGER):
        return True
    if not can_note(user, observation.team_id):
        return False
    return observation.created_by_id == user.pk or not can_note(observation.created_by, observation.team_id)
