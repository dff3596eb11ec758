"""Every action that deletes, closes, withdraws or imports can be undone, and undoing restores the whole database."""

import pytest

from communities.actions.undo import undo
from communities.models import Undoable
from tests.action_list import arguments, build, everything
from tests.stored import everything_stored, rows_gone

pytestmark = pytest.mark.django_db
ACTIONS = everything()
#: Beginnings of the names of actions that take something away, or add many rows at once.
DESTRUCTIVE = (
    "cancel_", "close_", "deactivate_", "delete_", "destroy_", "dismiss_", "end_", "erase_", "hand_", "import_", "meet_", "merge_", "apply_",
    "remove_", "retire_", "stop_", "switch_off_", "withdraw_", "change_member_roles",
)  # fmt: skip
#: Destructive actions that leave nothing to be undone here, with the reason.
FINAL = {
    "connectors.capture.sealing_keys.destroy_old_keys": "a private key that can come back was never destroyed",
    "communities.personal.withdraw_calendar_address": "an address that was withdrawn never works again; a new one is a press away",
    "sparks.applying.hosting.stop_host_link": "a link that was stopped never opens again; asking once more sends a new one",
    "sparks.proposing.withdraw_proposal": "nothing has changed yet; proposing it again is as quick, and tells everybody again",
    "evaluation.addresses.withdraw_release_address": "an address that was withdrawn never works again; a new one is a press away",
    "evaluation.packs.withdraw_pack_link": "a link that was withdrawn never works again; a new one is a press away",
    "evaluation.releases.close_quarter": "a closed quarter is what can be had again; its records can still be corrected",
    "connectors.erasing.erase_person": "erasing is for good: that is what the resident asked for",
}
#: Destructive actions that another action undoes, at any time, from the page where they were done.
UNDONE_BY = {
    "sparks.money.close_spark": "sparks.reopening.reopen_spark",
    "sparks.money.withdraw_spark": "sparks.reopening.reopen_spark",
    "sparks.money.cancel_spark": "sparks.reopening.reopen_spark",
    "connectors.merges.merge_people": "connectors.merges.undo_merge",
    "connectors.dismissals.restore_suggestion": "connectors.dismissals.dismiss_suggestion",
    "connectors.wording.restore_word": "connectors.wording.switch_off_word",
    "connectors.wording.ignore_word": "connectors.wording.stop_ignoring_word",
    "connectors.wording.stop_ignoring_word": "connectors.wording.ignore_word",
    "connectors.wording.switch_off_word": "connectors.wording.restore_word",
}
#: Rows that Kith works out from others, and writes again.
WORKED_OUT = {"connectors.PersonName"}
#: Tables that say what happened, and say so after undoing, too.
RECORDS = {"assets.importing.import_rows": "assets.ImportBatch"}
TAKING = sorted(
    name for name in ACTIONS if name.rpartition(".")[2].startswith(DESTRUCTIVE) and name not in {*FINAL, *UNDONE_BY}
)


@pytest.mark.parametrize("name", TAKING)
def test_what_an_action_takes_away_can_be_restored(name):
    world = build()
    values = arguments(name, ACTIONS[name], world)
    Undoable.objects.all().delete()
    before = everything_stored(ignore=("updated_at",))
    ACTIONS[name](**values)
    assert everything_stored(ignore=("updated_at",)) != before, "it took nothing away"
    undo(undoable=Undoable.objects.get(), by=values["by"])
    after = everything_stored(ignore=("updated_at",))
    for stored in (before, after):
        stored.pop(RECORDS.get(name, ""), None)
    assert after == before


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - {*TAKING, *FINAL, *UNDONE_BY}))
def test_an_action_that_takes_rows_away_can_be_undone(name):
    world = build()
    values = arguments(name, ACTIONS[name], world)
    before = everything_stored()
    ACTIONS[name](**values)
    gone = [(table, pk) for table, pk in rows_gone(before, everything_stored()) if table not in WORKED_OUT]
    assert not gone or Undoable.objects.exists(), (
        f"it deletes {gone} for good: see CONTRIBUTING, “A new action that deletes”"
    )
