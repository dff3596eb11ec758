"""The door of next steps."""

from uuid import UUID

from communities.doors import Door
from communities.models import User
from connectors.actions.next_steps import add_next_step, change_next_step, delete_next_step
from connectors.models import NextStep
from connectors.rules.next_steps import EDITABLE

ADDED = ("team", *EDITABLE, "person", "asset")


class NextStepDoor(Door[NextStep]):
    """Next steps: what they are about stays as it is; they are marked as done on their pages."""

    model = NextStep
    fixed = ("team", "person", "asset")

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> NextStep:
        """Add a next step."""
        return add_next_step(by=by, uuid=uuid, **{name: values[name] for name in ADDED if values.get(name)})

    def update(self, *, row: NextStep, by: User, values: dict) -> NextStep:
        """Update the words, the day and whose it is."""
        return change_next_step(step=row, by=by, **{name: values[name] for name in EDITABLE if name in values})

    def delete(self, *, row: NextStep, by: User) -> None:
        """Delete a next step."""
        delete_next_step(step=row, by=by)
