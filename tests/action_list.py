"""List every public action by trying it: the rule it asks, what it audits, and what calling it twice does.

`python -m tests.print_actions` prints the table. An action is a public function of an app's `actions` that takes `by`.
Each one is called with valid values, then again with the same values, as after a double click, in a second tab or after
Back.
"""

import ast
import copy
import inspect
import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from communities.geometry import BoundaryFeature, clean_drawing
from communities.handover import Choices
from communities.models import AuditEntry, Message, Role
from communities.periods import quarter_of
from connectors.capture.forms import read_arrival
from connectors.capture.views.saving import save_functions
from connectors.rules.champions import ChampionRow
from connectors.wording.queries.lists import SHIPPED_NAMES
from evaluation.models import (
    Indicator,
    Outcome,
    Pack,
    PackLink,
    PublishedPack,
    Release,
    ReleaseAddress,
    ValueAssumption,
    ValueInput,
)
from evaluation.rules import OwnValues, StoryValues
from sparks import actions as sparks
from sparks.actions.several import Approval
from sparks.applying.actions import ask_host
from sparks.applying.words import new_words
from sparks.models import CostLine
from tests import checks
from tests.factories.assets import AssetFactory, AssetPhotoFactory
from tests.factories.communities import (
    SQUARE,
    InvitationFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PartnerFactory,
    TeamFactory,
    UserFactory,
    outline,
)
from tests.factories.connectors import (
    ConversationFactory,
    IntroductionFactory,
    NextStepFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.connectors_capture import DeviceFactory, Phone, SealingKeyFactory, park
from tests.factories.connectors_consent import ReviewItemFactory, WishFactory
from tests.factories.evaluation import (
    IndicatorFactory,
    MeasurementFactory,
    ObservationFactory,
    PackFactory,
    PriorityFactory,
    ProfileCategoryFactory,
    ProfileFactory,
    StoryFactory,
    ValueAssumptionFactory,
    ValueInputFactory,
    ValueLineFactory,
    ValueMapFactory,
    YardstickFactory,
)
from tests.factories.sparks import (
    ApplicantFactory,
    ApplicationFactory,
    ApplyPageFactory,
    AttachmentFactory,
    FundFactory,
    FundProposalFactory,
    HostLinkFactory,
    NoteFactory,
    RoundFactory,
    SparkFactory,
)
from tests.photos import photo_bytes
from tests.stored import every_row
from tests.test_action_roles import ADMINISTRATORS, OTHERWISE, actions, arguments_of, who_may

#: Public functions with `by` that are part of an action, within its transaction, and not actions themselves.
PARTS = {
    "communities.handover.give_rows": "a part of hand_over, which asks",
    "communities.handover.hand_over_rows": "a part of hand_over, which asks and locks",
    "communities.handover.end_without_role": "a part of set_roles, which asks and locks",
    "communities.partners.refuse_removing_self": "a check, which writes nothing",
    "communities.managers.grant_roles": "the part of adding members that names who gave the role",
    "communities.managers.tell_managers": "the telling part of an action, which asks and locks",
    "communities.managers.tell_roles": "the telling part of an action, which asks and locks",
    "communities.managers.settle_restored": "the end of undo, which asks and locks",
    "communities.outbox.write_message": "the telling part of an action, which asks and locks",
    "connectors.capture.deleting.delete_contents": "the end of close_ask and of delete_expired, which lock the item and look at its state",
    "connectors.capture.photos.join_photo": "follows receive_item and a look at what waits, while the photo waits",
    "connectors.consent.apply_refusals": "an effect of merging and undoing a merge",
    "connectors.capture.erasing.erase_in_waiting_items": "an effect of erase_person",
    "connectors.conversation_parts.keep_gifts": "of a conversation",
    "connectors.conversation_parts.people_met": "of a conversation",
    "connectors.people.added_if_new": "of an introduction or an ask",
    "connectors.conversation_parts.themes_of": "of whatever names a theme",
    "connectors.holdings.remove_photos": "an effect of a no or an erasure",
    "connectors.current_record.refuse_builder": "a check, which writes nothing",
    "evaluation.consent.remove_photos": "an effect of a no or an erasure",
    "evaluation.profiles.remove_profiles": "an effect of a no or an erasure",
    "evaluation.addresses.withdraw_with_its_maker": "a part of hand_over, which asks and locks",
    "evaluation.consent.unpublish_stories": "an effect of a no or an erasure",
    "sparks.holdings.remove_photos": "an effect of a no or an erasure",
    "sparks.applying.showing.show_link": "the part of show_private_link that makes new words, which asks",
    "sparks.proposing.propose_rules": "the part of update_round that changes rules, which asks and locks",
    "sparks.telling_funds.tell_of_proposal": "the telling part of a proposal and of its answer",
    "connectors.undoing.respect_refusals": "the end of undo",
    "communities.outlines.give_outlines": "of undoing an import of outlines",
    "communities.outlines.outlines_changed": "the end of whatever changes an outline",
    "communities.outlines.take_outlines": "of undoing an import of outlines",
    "connectors.since.begin": "the end of become_connector and of become_champion, which ask and lock",
    "connectors.since.end": "the end of stop_connecting and of stop_championing, which ask and lock",
    "sparks.costs.write_lines": "the costs of a spark, which its action locks",
    "sparks.lineage.write_roots": "what a spark or a group grew from, whose action asks",
    "sparks.telling.tell": "the telling part of a step",
    "sparks.applying.telling.tell_closed": "the telling part of closing an application",
    "sparks.decisions.revoke_decline": "of reopening, which asks and locks",
    "sparks.amending.refuse_open_amendment": "of ending a spark",
    "sparks.money.accept": "the end of mark_ready and of accept_award, which ask and lock",
    "sparks.steps.fresh": "a look-up of who acts",
    "sparks.steps.take": "the one door of every step, which refuses one out of turn",
    "sparks.steps.move_money": "the one door of the ledger, within a step",
}
#: Actions that repeat their work each time they are called, and are audited again, with the reason.
EACH_TIME = {
    "communities.personal.make_calendar_address": "every address is shown once, and the one before stops working",
    "communities.accounts.change_password": "every setting ends the sessions there are",
    "communities.members.renew_invitation": "every sending has a link of its own, and the one before stops working",
    "assets.importing.import_rows": "a command; what is there is not added again, and every run is kept as an import",
    "connectors.capture.receiving.open_parked": "every look at somebody else's words is noted",
    "connectors.capture.sealing_keys.rotate_key": "a command; two at once change it once",
    "connectors.noticed_words.recount_words": "a command, which counts what there is now",
}
#: Actions that leave no audit entry, with the reason.
UNAUDITED = {
    "connectors.wording.ignore_word": "which words somebody keeps is nobody else's business",
    "connectors.wording.stop_ignoring_word": "which words somebody keeps is nobody else's business",
}
#: Actions that create and return a row without an idempotency key because there can be only one, with the reason.
NATURAL = {
    "assets.importing.import_rows": "a command",
    "connectors.capture.receiving.record_device": "a phone has one row for a person in a team",
    "connectors.consent.request_erasure": "one wish to be forgotten waits at a time",
    "communities.absences.save_absence": "somebody is away once at a time",
    "connectors.dismissals.dismiss_suggestion": "two residents are put aside once",
    "connectors.merges.merge_people": "a record is put into another once",
    "connectors.capture.sealing_keys.rotate_key": "a command",
    "sparks.applying.hosting.ask_host": "an organisation is asked about a spark once at a time",
    "sparks.applying.team.begin_aloud": "six words begin one application",
    "sparks.applying.team.save_page": "a round has one public page",
    "sparks.applying.team.take_up": "an application becomes one spark",
    "evaluation.value.write_assumption": "an outcome has one assumption of a kind",
    "evaluation.packs.publish_pack": "a pack is published once",
    "evaluation.releases.close_quarter": "a quarter is closed once",
    "connectors.wording.ignore_word": "a person leaves a word alone once",
    "connectors.wording.switch_off_word": "a team leaves a word alone once",
}
#: Fields that change whenever a row is read.
RESTLESS = {"updated_at", "seen_at"}


def everything() -> dict[str, Callable[..., object]]:
    """Return every action by name, without functions that are part of an action."""
    return {name: act for name, act in actions(checks.APPS) if name not in PARTS}


class World(SimpleNamespace):
    """A team, its users, and the rows that actions need."""

    def resident(self, **more: object) -> object:
        """Return a resident of the team who has a street."""
        return PersonFactory(team=self.team, street="Mill Row", **more)

    def round(self) -> object:
        """Return a round of the team."""
        return RoundFactory(team=self.team)

    def application(self, **more: object) -> object:
        """Return an application that was sent from the public page of a round."""
        return ApplicationFactory(page__round=self.round(), sent=True, **more)

    def aloud(self) -> object:
        """Return an application that the builder wrote down for somebody and nobody has read back yet."""
        written = ApplicationFactory(page__round=self.round(), helper=self.builder)
        return ApplicantFactory(application=written).application

    def cost_line(self, **values: object) -> object:
        """Return a cost line of a draft of the builder's."""
        return CostLine.objects.create(spark=self.spark(), what="Tea", **values)

    def spark(self, upto: str = "", **more: object) -> object:
        """Return a spark of the builder's, advanced to the given step."""
        made = SparkFactory(round=self.round(), created_by=self.builder, handed_in=bool(upto), **more)
        steps = (
            ("approved", lambda: sparks.approve_spark(spark=made, by=self.manager)),
            ("ready", lambda: sparks.mark_ready(spark=made, by=self.builder)),
            ("paid", lambda: sparks.pay_award(spark=made, by=self.second, uuid=uuid4())),
        )
        for name, step in steps if upto in {"approved", "ready", "paid"} else ():
            step()
            if name == upto:
                break
        made.refresh_from_db()
        return made

    def letter(self) -> object:
        """Return a letter to an organisation that the manager hands over."""
        spark = self.spark("handed in")
        ask_host(spark=spark, by=self.manager)
        message = Message.objects.about(spark).get(kind="spark_host_asked")
        message.teller = self.manager
        message.save()
        return message

    def refused_by_host(self) -> object:
        """Return a spark whose organisation said that it cannot hold the money."""
        made = self.spark("handed in")
        HostLinkFactory(spark=made, answer="no", who="Pat", answered_at=timezone.now())
        return made

    def arrival(self) -> dict[str, object]:
        """Return what a phone sends, in the form that the action takes."""
        SealingKeyFactory()
        phone = Phone(self.manager, self.team)
        item = phone.write(people="Rose", summary="Hello")
        said = {name: value for name, value in item.items() if name != "sealed"}
        arrival = read_arrival(json.dumps(said | {"sent_at": timezone.now().isoformat()}))
        return {"team": self.team, "device": phone.device.uuid, "arrival": arrival, "envelope": item["sealed"]}


def build() -> World:
    """Return a new world."""
    team = TeamFactory(slug=f"brook-{uuid4().hex[:8]}")
    people = {
        "builder": UserFactory(roles={team: [Role.BUILDER]}),
        "manager": UserFactory(roles={team: [Role.MANAGER]}),
        "second": UserFactory(roles={team: [Role.MANAGER]}),
        "evaluator": UserFactory(roles={team: [Role.EVALUATOR]}),
        "administrator": UserFactory(administrator=True),
        "colleague": UserFactory(administrator=True),
    }
    return World(team=team, **people)


def _photo() -> ContentFile:
    return ContentFile(photo_bytes(), name="bench.jpg")


def _measured() -> dict[str, object]:
    return {
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 3, 31),
        "value": Decimal(4),
        "note": "Counted with the residents of Mill Row.",
    }


def _told() -> StoryValues:
    return StoryValues(title="The supper", happened_on=timezone.localdate(), us_text="We cooked.")


def _square() -> list[BoundaryFeature]:
    return [BoundaryFeature(number=1, name="Brook Street", outline=clean_drawing(outline(*SQUARE)))]


FILE = {"file_name": "a.csv", "headings": ["Name"], "columns": {"name": "Name"}, "kind": "place"}
ROWS = [(2, {"Name": "Bench"})]
WORD = {"phrase": "kettle", "alternatives": "pot", "reason": "It is.", "language": "en-gb"}
#: The arguments of each action, where the values of `tests.test_action_roles` are not enough; `by` is a manager by
#: default.
VALUES: dict[str, Callable[[World], dict[str, object]]] = {
    "communities.accounts.change_password": lambda w: {"user": w.manager, "password": "a long walk to the mill"},
    "communities.personal.change_own_settings": lambda w: {"name": "Mo", "hour": 7},
    "communities.personal.withdraw_calendar_address": lambda w: _calendar(w),
    "communities.boundaries.create_neighbourhood": lambda w: {"name": "Brook Street", "population": 900},
    "communities.boundaries.import_boundaries": lambda w: {"features": _square()},
    "communities.boundaries.update_neighbourhood": lambda w: {"name": "Other Street"},
    "communities.members.accept_invitation": lambda w: {
        "invitation": InvitationFactory(team=w.team, email=w.colleague.email),
        "by": w.colleague,
    },
    "communities.members.add_member": lambda w: {"user": w.colleague},
    "communities.managers.confirm_manager": lambda w: {
        "user": MembershipFactory(team=w.team, role="manager", confirmed_at=None).user
    },
    "communities.members.change_member_roles": lambda w: {"user": w.second},
    "communities.absences.end_absence": lambda w: {"user": _away(w)},
    "communities.absences.save_absence": lambda w: {
        "user": w.builder, "stand_in": w.second, "starts_on": timezone.localdate(), "ends_on": timezone.localdate(),
    },
    "communities.members.hand_over": lambda w: {
        "user": NextStepFactory(team=w.team, owner=w.builder).owner, "choices": Choices(everything=w.second),
    },
    "communities.members.remove_member": lambda w: {
        "user": NextStepFactory(team=w.team, owner=w.second).owner, "choices": Choices(everything=w.builder),
    },
    "communities.members.remove_role": lambda w: {"user": w.second, "role": "manager"},
    "communities.partners.create_partner": lambda w: {"name": "Choir", "kind": "voluntary", "signatories": [w.builder]},
    "communities.partners.update_partner": lambda w: {"name": "Choir"},
    "communities.teams.create_team": lambda w: {"name": "Millside", "slug": "millside"},
    "communities.teams.delete_team": lambda w: {"team": TeamFactory()},
    "communities.teams.update_team": lambda w: {"name": "Millside"},
    "communities.undo.undo": lambda w: {"undoable": _deleted(w)},
    "communities.users.activate_user": lambda w: {"user": UserFactory(is_active=False)},
    "connectors.asks.create_ask": lambda w: {"words": "a bench"},
    "connectors.consent.publish_notice": lambda w: {"words": "We note down gifts."},
    "connectors.introductions.introduce": lambda w: {},
    "connectors.reviews.mark_unlikely_as_reviewed": lambda w: {
        "person": ReviewItemFactory(person=PersonFactory(team=w.team), is_likely=False).person
    },
    "connectors.journeys.begin_journey": lambda w: {"source": "self"},
    "communities.users.create_user": lambda w: {"name": "Nell", "email": "nell@example.org", "password": "a long walk"},
    "communities.users.update_user": lambda w: {"name": "Nell"},
    "assets.assets.create_asset": lambda w: {"name": "Bench", "kind": "place", "photo": _photo(), "photo_alt": "A bench"},
    "assets.assets.relocate_assets": lambda w: _displaced(w),
    "assets.assets.restore_asset": lambda w: {"asset": _retired(w)},
    "assets.assets.update_asset": lambda w: {"name": "Other bench"},
    "assets.importing.apply_import": lambda w: {"batch": _rehearsed(w)},
    "assets.importing.change_import": lambda w: {"batch": _rehearsed(w), "columns": {"name": "Name"}, "kind": "place", "adds_duplicates": True},
    "assets.importing.import_rows": lambda w: {**FILE, "rows": ROWS},
    "assets.importing.rehearse_import": lambda w: {**FILE, "rows": ROWS},
    "assets.photos.add_asset_photo": lambda w: {"photo": _photo(), "alt": "A bench"},
    "assets.photos.describe_asset_photo": lambda w: {"photo": _hung(w), "alt": "A green bench"},
    "assets.photos.remove_asset_photo": lambda w: {"photo": _hung(w)},
    "connectors.asks.close_ask": lambda w: {},
    "connectors.asks.meet_ask": lambda w: {"met_by": "neighbour"},
    "connectors.asks.reopen_ask": lambda w: {"ask": _closed_ask(w)},
    "connectors.asks.update_ask": lambda w: {"words": "a tree"},
    "connectors.capture.receiving.acknowledge_loss": lambda w: {
        "device": DeviceFactory(team=w.team, user=w.manager, saved=3, emptied_at=timezone.now(), emptied_up_to=3)
    },
    "connectors.capture.receiving.record_device": lambda w: {"uuid": uuid4()},
    "connectors.capture.receiving.record_deleted_on_phone": lambda w: {k: v for k, v in w.arrival().items() if k != "envelope"},
    "connectors.capture.receiving.open_parked": lambda w: {"item": park(w.builder, w.team)},
    "connectors.capture.receiving.receive_item": lambda w: {**w.arrival(), "save_functions": save_functions()},
    "connectors.champions.become_champion": lambda w: {},
    "connectors.champions.import_champions": lambda w: {"rows": [ChampionRow(number=2, name="Nell", street="Mill Row")]},
    "connectors.champions.stop_championing": lambda w: {"person": w.resident(champion_since=timezone.localdate())},
    "connectors.consent.record_consents": lambda w: {"answers": {"invite": True, "contact": False}},
    "connectors.consent.tell_person": lambda w: {"person": w.resident(untold=True)},
    "connectors.conversations.change_conversation": lambda w: {"summary": "Other words"},
    "connectors.conversations.log_conversation": lambda w: {"summary": "Hello", "people": ["Rose"], "themes": ["Fire"]},
    "connectors.dismissals.restore_suggestion": lambda w: _put_aside(w),
    "connectors.gifts.update_gift": lambda w: {"name": "Other kites"},
    "connectors.introductions.stop_asking": lambda w: {"introduction": IntroductionFactory(team=w.team)},
    "connectors.introductions.update_introduction": lambda w: {"reason": "Bread"},
    "connectors.journeys.change_journey": lambda w: {"vision": "A garden."},
    "connectors.journeys.end_journey": lambda w: {"ending": "own_feet"},
    "connectors.introductions.correct_introduction": lambda w: {"reason": "Bread", "from_end": w.resident(), "to_end": w.resident()},
    "connectors.light_touches.update_light_touch": lambda w: {"gave": "information"},
    "connectors.journeys.log_light_touch": lambda w: {"gave": "listening"},
    "connectors.journeys.record_change": lambda w: {"outcome": "belonging", "judged_by": "resident"},
    "connectors.merges.confirm_different_people": lambda w: {"others": [w.resident()]},
    "connectors.merges.undo_merge": lambda w: {"merge": _merged(w)},
    "connectors.next_steps.change_next_step": lambda w: {"step": NextStepFactory(team=w.team, owner=w.builder), "words": "Ring"},
    "connectors.next_steps.close_next_step": lambda w: {"step": NextStepFactory(team=w.team, owner=w.builder)},
    "connectors.next_steps.reopen_next_step": lambda w: {
        "step": NextStepFactory(team=w.team, owner=w.builder, done=True)
    },
    "connectors.people.create_person": lambda w: {"known_as": "Rose", "themes": ["Bread"]},
    "connectors.people.stop_connecting": lambda w: {"person": w.resident(connector=True)},
    "connectors.people.update_person": lambda w: {"known_as": "Rosie"},
    "connectors.people.welcome_person": lambda w: {"known_as": "Rose", "gift": "Baking", "is_connector": True},
    "connectors.prompts.change_prompt_set": lambda w: {"name": "Spring"},
    "connectors.readback.handle_wish": lambda w: {"wish": WishFactory(person=w.resident()), "answer": "Done."},
    "connectors.capture.sealing_keys.destroy_old_keys": lambda w: _old_key(w),
    "connectors.capture.sealing_keys.rotate_key": lambda w: _key(w),
    "connectors.heard_themes.give_themes": lambda w: _cares(w),
    "connectors.themes.update_theme": lambda w: {"name": "Bread"},
    "connectors.unsorted_names.resolve_name": lambda w: {
        "conversation": ConversationFactory(team=w.team, unsorted_names=["Rose"]), "name": "Rose", "person": None
    },
    "connectors.unsorted_names.note_name": lambda w: {
        "conversation": ConversationFactory(team=w.team, unsorted_names=["3 kids"]), "name": "3 kids"
    },
    "connectors.unsorted_names.separate_name": lambda w: {
        "conversation": ConversationFactory(team=w.team, unsorted_names=["Bell, Rose"]), "name": "Bell, Rose"
    },
    "connectors.wording.add_word": lambda w: WORD,
    "connectors.wording.restore_word": lambda w: {"name": _silenced(w)},
    "connectors.wording.change_word": lambda w: WORD,
    "connectors.wording.stop_ignoring_word": lambda w: {"name": _shipped()},
    "connectors.wording.ignore_word": lambda w: {"name": _shipped()},
    "connectors.noticed_words.recount_words": lambda w: {},
    "connectors.wording.switch_off_word": lambda w: {"name": _shipped()},
    "communities.outbox.show_private_link": lambda w: {"message": w.letter()},
    "sparks.applying.hosting.make_host_words": lambda w: {"link": HostLinkFactory(spark=w.spark("handed in"), words=new_words())},
    "sparks.applying.hosting.ask_host": lambda w: {"spark": w.spark("handed in")},
    "sparks.applying.hosting.stop_host_link": lambda w: {"link": HostLinkFactory(spark=w.spark("handed in"), words=new_words())},
    "sparks.applying.hosting.choose_other_holder": lambda w: {"spark": w.refused_by_host(), "held_by": "group"},
    "sparks.applying.team.begin_aloud": lambda w: {
        "page": ApplyPageFactory(round=w.round()), "secret": "acorn-bridge-candle-daisy-eagle-otter",
    },
    "sparks.applying.team.mark_helped": lambda w: {"application": w.application(help_asked_at=timezone.now())},
    "sparks.applying.team.send_aloud": lambda w: {"application": w.aloud(), "how": "person"},
    "sparks.applying.team.close_application": lambda w: {
        "application": ApplicantFactory(application=w.application(), name="Rose").application, "reason": "It came twice.",
    },
    "sparks.applying.team.make_new_words": lambda w: {"application": w.application()},
    "sparks.applying.team.save_page": lambda w: {
        "grant_round": w.round(), "code": f"ideas-{uuid4().hex[:8]}", "first_check": "Here?", "second_check": "Enough?",
    },
    "sparks.applying.team.take_up": lambda w: {
        "application": w.application(), "by": w.builder, "title": "Bench", "held_by": "group",
    },
    "sparks.costs.use_instead": lambda w: {"line": w.cost_line(), "by": w.builder, "asset": AssetFactory(team=w.team)},
    "sparks.costs.pay_instead": lambda w: {"line": w.cost_line(is_in_kind=True, in_kind_gbp=5), "by": w.builder},
    "sparks.lineage.set_roots_of_group": lambda w: {
        "group": AssetFactory(team=w.team), "by": w.builder, "grew_from": (w.spark(),)
    },
    "sparks.beside.add_note": lambda w: {"spark": w.spark("handed in"), "words": "Ask the hall."},
    "sparks.beside.delete_note": lambda w: {"note": NoteFactory(spark=w.spark("handed in"), by=w.manager)},
    "sparks.beside.add_attachment": lambda w: {"spark": w.spark("handed in"), "title": "A quote", "file": _photo()},
    "sparks.beside.delete_attachment": lambda w: {"attachment": AttachmentFactory(spark=w.spark("handed in"))},
    "sparks.sparks.ask_question": lambda w: {"spark": w.spark("handed in"), "question": "Who cooks?"},
    "sparks.sparks.create_spark": lambda w: {
        "by": w.builder, "round": w.round(), "title": "Fish suppers", "what": "A supper.", "amount_gbp": Decimal(50),
        "held_by": "none",
    },
    "sparks.sparks.declare_conflict": lambda w: {"spark": w.spark("handed in")},
    "sparks.sparks.report_back": lambda w: {"spark": w.spark("paid"), "what_happened": "We ate."},
    "sparks.sparks.submit_spark": lambda w: {"spark": w.spark(), "by": w.builder},
    "sparks.sparks.update_spark": lambda w: {"spark": w.spark(), "by": w.builder, "title": "Supper"},
    "sparks.decisions.approve_spark": lambda w: {"spark": w.spark("handed in")},
    "sparks.several.approve_sparks": lambda w: {
        "team": w.team, "approvals": [Approval(w.spark("handed in"), Decimal(200)), Approval(w.spark("handed in"), Decimal(40))]
    },
    "sparks.decisions.revoke_approval": lambda w: {
        "spark": sparks.approve_spark(spark=w.spark("handed in", amount_gbp=Decimal(400)), by=w.manager)
    },
    "sparks.amending.propose_payee": lambda w: {
        "spark": w.spark("ready"), "payee": "Brook Hall", "reason": "The account was closed."
    },
    "sparks.amending.propose_return": lambda w: {
        "spark": w.spark("paid"), "by": w.second, "amount_gbp": Decimal(20), "reference": "B 12", "reason": "Left over."
    },
    "sparks.amending.propose_correction": lambda w: {"spark": _recovered(w), "reason": "It was another line."},
    "sparks.amending.propose_award": lambda w: {
        "spark": w.spark("approved"), "amount_gbp": Decimal(100), "reason": "The hall is free."
    },
    "sparks.amending.agree_change": lambda w: {"spark": _proposed(w), "by": w.second},
    "sparks.amending.refuse_change": lambda w: {"spark": _proposed(w)},
    "sparks.endings.move_date": lambda w: {
        "spark": w.spark("approved"), "by": w.builder, "day": timezone.localdate() + timedelta(days=90)
    },
    "sparks.endings.appeal_spark": lambda w: {
        "spark": sparks.decline_spark(spark=w.spark("handed in"), by=w.second, reason="Too late."),
        "by": w.builder, "reason": "It is for everybody.",
    },
    "sparks.decisions.decline_spark": lambda w: {"spark": w.spark("handed in"), "reason": "Too late."},
    "sparks.decisions.mark_ineligible": lambda w: {"spark": w.spark("handed in"), "reason": "Not here."},
    "sparks.funds.create_fund": lambda w: {"name": "Sparks"},
    "sparks.funds.create_round": lambda w: _round_values(w),
    "sparks.funds.update_fund": lambda w: {"fund": FundFactory(team=w.team), "name": "Seeds"},
    "sparks.funds.update_round": lambda w: {"grant_round": w.round(), "name": "Spring"},
    "sparks.proposing.propose_money": lambda w: {
        "fund": FundFactory(team=w.team), "kind": "received", "amount_gbp": Decimal(100), "reason": "The second half."
    },
    "sparks.proposing.agree_proposal": lambda w: {"proposal": _money_proposed(w), "by": w.second},
    "sparks.proposing.refuse_proposal": lambda w: {"proposal": _money_proposed(w), "by": w.second},
    "sparks.proposing.withdraw_proposal": lambda w: {"proposal": _money_proposed(w)},
    "sparks.money.cancel_spark": lambda w: {"spark": w.spark("approved"), "reason": "Rain."},
    "sparks.money.close_spark": lambda w: {"spark": _reported(w)},
    "sparks.money.mark_ready": lambda w: {"spark": w.spark("approved"), "by": w.builder},
    "sparks.money.pay_award": lambda w: {"spark": w.spark("ready"), "by": w.second},
    "sparks.reopening.reopen_spark": lambda w: {
        "spark": sparks.withdraw_spark(spark=w.spark("handed in"), by=w.builder, reason="They moved."), "by": w.builder
    },
    "sparks.money.withdraw_spark": lambda w: {"spark": w.spark("handed in"), "by": w.builder, "reason": "They moved."},
    "sparks.removing.delete_spark": lambda w: {"spark": SparkFactory(round=w.round(), created_by=w.builder), "by": w.builder},
    "sparks.removing.delete_fund": lambda w: {"fund": FundFactory(team=w.team, given_gbp=0)},
    "evaluation.addresses.make_release_address": lambda w: {"release": _closed(w), "program": "excel", "days": 91},
    "evaluation.addresses.withdraw_release_address": lambda w: {"address": _address(w)},
    "evaluation.consent.mark_story_as_reviewed": lambda w: {"story": StoryFactory(team=w.team, review_since=timezone.now(), consent_withdrawn_at=timezone.now(), withdrawn_why="team")},
    "evaluation.consent.withdraw_consent": lambda w: {"story": StoryFactory(team=w.team, agreed=True)},
    "evaluation.expectations.write_expectation": lambda w: {"span": "0-6", "words": "We listen."},
    "evaluation.learning.create_observation": lambda w: _learned(),
    "evaluation.learning.update_observation": lambda w: {"observation": ObservationFactory(team=w.team), **_learned()},
    "evaluation.learning.delete_observation": lambda w: {"observation": ObservationFactory(team=w.team)},
    "evaluation.measurements.record_measurement": lambda w: {
        "indicator": Indicator.objects.get(key="changes-by-residents"), **_measured()
    },
    "evaluation.measurements.update_measurement": lambda w: {
        "measurement": MeasurementFactory(team=w.team), **_measured()
    },
    "evaluation.own.change_indicator": lambda w: {
        "indicator": IndicatorFactory(team=w.team, made_by=w.manager, outcomes=_shipped_outcomes()), "values": _own_values()
    },
    "evaluation.own.create_indicator": lambda w: {"values": _own_values()},
    "evaluation.own.create_outcome": lambda w: {"name": "Streets sing", "description": "In every street."},
    "evaluation.own.end_indicator": lambda w: {"indicator": IndicatorFactory(team=w.team, made_by=w.manager)},
    "evaluation.packs.create_pack": lambda w: {"title": "Spring", "release": _closed(w)},
    "evaluation.packs.update_pack": lambda w: _packed(w),
    "evaluation.packs.delete_pack": lambda w: {"pack": PackFactory(team=w.team, release=_closed(w))},
    "evaluation.packs.confirm_not_name": lambda w: {"pack": PackFactory(team=w.team, release=_closed(w)), "word": "May"},
    "evaluation.packs.publish_pack": lambda w: {"pack": _ready(w)},
    "evaluation.packs.empty_pack_part": lambda w: {"part": _published(w).parts.get(kind="opening")},
    "evaluation.packs.make_pack_link": lambda w: {"published": _published(w), "reader": "Steering group", "days": 31},
    "evaluation.packs.withdraw_pack_link": lambda w: {"link": _linked(w)},
    "evaluation.priorities.create_priority": lambda w: {"plan": "Council plan", "title": "Warm homes"},
    "evaluation.priorities.update_priority": lambda w: {
        "priority": PriorityFactory(team=w.team), "plan": "Council plan", "title": "Warm homes"
    },
    "evaluation.priorities.delete_priority": lambda w: {"priority": PriorityFactory(team=w.team)},
    "evaluation.priorities.tag_record": lambda w: {
        "kind": "story", "record": StoryFactory(team=w.team), "priorities": [PriorityFactory(team=w.team)]
    },
    "evaluation.profiles.add_category": lambda w: {"name": "Company"},
    "evaluation.profiles.end_category": lambda w: {"category": ProfileCategoryFactory(team=w.team)},
    "evaluation.profiles.note_profile": lambda w: {"person": w.resident(), "is_agreed": True, "age_band": "55-64", "route": "self"},
    "evaluation.profiles.delete_profile": lambda w: {"profile": ProfileFactory(person=w.resident())},
    "evaluation.releases.close_quarter": lambda w: {"quarter": quarter_of(date(2025, 11, 1))},
    "evaluation.removing.delete_measurement": lambda w: {"measurement": MeasurementFactory(team=w.team)},
    "evaluation.removing.delete_story": lambda w: {"story": StoryFactory(team=w.team)},
    "evaluation.stories.approve_story": lambda w: {"story": StoryFactory(team=w.team, submitted=True)},
    "evaluation.stories.create_story": lambda w: {"values": _told()},
    "evaluation.stories.return_story": lambda w: {"story": StoryFactory(team=w.team, submitted=True)},
    "evaluation.stories.submit_story": lambda w: {"story": StoryFactory(team=w.team)},
    "evaluation.stories.update_story": lambda w: {"story": StoryFactory(team=w.team), "values": _told()},
    "evaluation.value.create_value_map": lambda w: _about_value(),
    "evaluation.value.update_value_map": lambda w: {"value_map": ValueMapFactory(team=w.team), **_about_value()},
    "evaluation.value.delete_value_map": lambda w: {"value_map": ValueMapFactory(team=w.team, whole=True)},
    "evaluation.value.add_value_line": lambda w: {"value_map": ValueMapFactory(team=w.team), **_changed_for()},
    "evaluation.value.change_value_line": lambda w: {"line": ValueLineFactory(value_map__team=w.team), **_changed_for()},
    "evaluation.value.delete_value_line": lambda w: {"line": ValueLineFactory(value_map__team=w.team)},
    "evaluation.value.write_assumption": lambda w: {
        "line": ValueLineFactory(value_map__team=w.team), "kind": "deadweight", "value": Decimal(40), "low": Decimal(30),
        "high": Decimal(60), "source": "Twelve stories.",
    },
    "evaluation.value.sign_assumption": lambda w: _to_sign("assumption", ValueAssumptionFactory(line__value_map__team=w.team)),
    "evaluation.value.add_value_input": lambda w: {"value_map": ValueMapFactory(team=w.team), **_put_in()},
    "evaluation.value.change_value_input": lambda w: {"value_input": ValueInputFactory(value_map__team=w.team), **_put_in()},
    "evaluation.value.delete_value_input": lambda w: {"value_input": ValueInputFactory(value_map__team=w.team)},
    "evaluation.value.sign_value_input": lambda w: _to_sign("value_input", ValueInputFactory(value_map__team=w.team)),
    "evaluation.yardsticks.add_yardstick": lambda w: {
        "indicator": Indicator.objects.get(key="conversations-held"), "kind": "target", "grain": "quarter", "value": Decimal(12),
        "on": date(2027, 3, 31), "source": "The plan",
    },
    "evaluation.yardsticks.delete_yardstick": lambda w: {"yardstick": YardstickFactory(team=w.team)},
}  # fmt: skip


def _shipped_outcomes() -> list[Outcome]:
    return list(Outcome.objects.filter(key="good-friends"))


def _own_values() -> OwnValues:
    return OwnValues(
        name="Choirs",
        question="Do neighbours sing?",
        definition="What we call a choir.",
        unit="groups",
        outcomes=["good-friends"],
        counted_from="groups",
    )


def _closed(w: World) -> Release:
    from evaluation.releases.actions import close_quarter

    return close_quarter(by=w.manager, team=w.team, quarter=quarter_of(date(2025, 11, 1)))


def _ready(w: World) -> Pack:
    return PackFactory(
        team=w.team,
        release=_closed(w),
        opening="Hello.",
        numbers=["conversations-held"],
        nothing_wrong="It rained less.",
    )


def _packed(w: World) -> dict[str, object]:
    return {
        "pack": _ready(w),
        "title": "Spring",
        "release": _closed(w),
        "place": "team",
        "opening": "",
        "numbers": ["conversations-held"],
        "nothing_wrong": "",
        "stories": [StoryFactory(team=w.team, published=True)],
        "observations": [ObservationFactory(team=w.team)],
    }


def _published(w: World) -> PublishedPack:
    from evaluation.packs.actions import publish_pack

    return publish_pack(by=w.manager, pack=_ready(w))


def _linked(w: World) -> PackLink:
    from evaluation.packs.actions import make_pack_link

    return make_pack_link(by=w.manager, published=_published(w), reader="Steering group", days=31)


def _learned() -> dict[str, object]:
    return {"observed_on": date(2026, 1, 5), "source": "visit", "went": "wrong", "text": "We came too late."}


def _about_value() -> dict[str, object]:
    return {
        "title": "A year of suppers", "activity": "Neighbours cooked.", "starts_on": date(2025, 4, 1), "years": 1, "measure": "money",
        "price_year": 2026,
    }  # fmt: skip


def _changed_for() -> dict[str, object]:
    return {"stakeholder": "Neighbours", "change": "Know somebody to ring", "is_negative": False, "starts": "during"}


def _put_in() -> dict[str, object]:
    return {
        "who": "The council", "what": "Two builders", "year": 1, "low_gbp": Decimal(200), "high_gbp": Decimal(250),
        "source": "The accounts.",
    }  # fmt: skip


def _to_sign(name: str, row: ValueAssumption | ValueInput) -> dict[str, object]:
    return {name: row, "seen": row.entered_at.isoformat()}


def _address(w: World) -> ReleaseAddress:
    from evaluation.actions.addresses import make_release_address

    return make_release_address(by=w.manager, release=_closed(w), program="r", days=91)


def _calendar(w: World) -> dict[str, object]:
    from communities.actions.personal import make_calendar_address

    make_calendar_address(by=w.manager)
    return {}


def _displaced(w: World) -> dict[str, object]:
    NeighbourhoodFactory(team=w.team, outlined=True)
    AssetFactory(team=w.team, latitude=51.865, longitude=-2.235, quadkey="031")
    return {}


def _retired(w: World) -> object:
    from assets.actions import retire_asset

    return retire_asset(asset=AssetFactory(team=w.team), by=w.manager, reason="Closed.")


def _rehearsed(w: World) -> object:
    from assets.actions.importing import rehearse_import

    return rehearse_import(team=w.team, by=w.manager, rows=ROWS, **FILE)


def _deleted(w: World) -> object:
    from communities.actions.partners import delete_partner
    from communities.models import Undoable

    delete_partner(partner=PartnerFactory(team=w.team), by=w.manager)
    return Undoable.objects.get(by=w.manager)


def _hung(w: World) -> object:
    return AssetPhotoFactory(asset__team=w.team)


def _closed_ask(w: World) -> object:
    from connectors.actions.asks import close_ask, create_ask

    return close_ask(ask=create_ask(team=w.team, by=w.manager, words="a bench"), by=w.manager)


def _away(w: World) -> object:
    from communities.actions.absences import save_absence

    today = timezone.localdate()
    return save_absence(
        team=w.team, user=w.builder, by=w.manager, stand_in=w.second, starts_on=today, ends_on=today
    ).user


def _put_aside(w: World) -> dict[str, object]:
    from connectors.actions.dismissals import dismiss_suggestion

    two = {"person": w.resident(), "other": w.resident()}
    dismiss_suggestion(**two, by=w.manager)
    return two


def _merged(w: World) -> object:
    from connectors.actions.merges import merge_people

    return merge_people(kept=w.resident(), absorbed=w.resident(), by=w.manager)


def _key(w: World) -> dict[str, object]:
    SealingKeyFactory()
    return {}


def _old_key(w: World) -> dict[str, object]:
    SealingKeyFactory(pair=1, retired_at=timezone.now() - timedelta(days=200))
    return _key(w)


def _shipped() -> str:
    return next(iter(SHIPPED_NAMES.values())).name


def _cares(w: World) -> dict[str, object]:
    theme = ThemeFactory(team=w.team)
    people = [PersonFactory(team=w.team) for _ in range(2)]
    talk = ConversationFactory(team=w.team, builder=w.manager, people=people, themes=[theme])
    return {"conversation": talk, "cares": [(people[0], theme)]}


def _silenced(w: World) -> str:
    from connectors.wording.actions import switch_off_word

    switch_off_word(team=w.team, by=w.manager, name=_shipped())
    return _shipped()


def _proposed(w: World) -> object:
    """Return a spark with another award that the manager proposed."""
    spark = w.spark("approved")
    return sparks.propose_award(spark=spark, by=w.manager, amount_gbp=Decimal(100), reason="The hall is free.")


def _recovered(w: World) -> object:
    """Return a spark of which all the money was recorded as returned."""
    spark = w.spark("paid")
    back = {"amount_gbp": spark.award_gbp, "reference": "B 12", "reason": "It rained."}
    sparks.propose_return(spark=spark, by=w.manager, **back)
    return sparks.agree_change(spark=spark, by=w.second)


def _money_proposed(w: World) -> object:
    """Return money for a fund that the manager proposed."""
    return FundProposalFactory(fund=FundFactory(team=w.team), proposed_by=w.manager)


def _reported(w: World) -> object:
    spark = w.spark("paid")
    sparks.report_back(spark=spark, by=w.builder, what_happened="We ate.")
    return spark


def _round_values(w: World) -> dict[str, object]:
    made = RoundFactory.build(team=w.team, fund=FundFactory(team=w.team))
    names = ("fund", "name", "budget_gbp", "max_award_gbp", "opens_at", "closes_at")
    return {name: getattr(made, name) for name in names}


def arguments(name: str, act: Callable[..., object], world: World) -> dict[str, object]:
    """Return the arguments for an action, including `by` and a key."""
    own = VALUES.get(name, lambda w: {})(world)
    by = world.manager
    if not name.startswith(("sparks", "evaluation")) and name not in OTHERWISE and who_may(name) == ADMINISTRATORS:
        by = world.administrator
    takes = inspect.signature(act).parameters
    filled = (
        {} if name.startswith(("sparks", "evaluation")) else arguments_of(name, act, world.team, world.manager, own)
    )
    given = {"by": by, **filled, **own}
    if "team" in takes and "team" not in given:
        given["team"] = world.team
    if "uuid" in takes and "uuid" not in given:
        given["uuid"] = uuid4()
    return given


def rule_of(name: str, act: Callable[..., object]) -> str:
    """Return the name of the rule that an action asks first, or the reason why it asks none."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(act))))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "require":
            return ast.unparse(node.args[0]).rpartition(".")[2]
    return f"({OTHERWISE[name]})" if name in OTHERWISE else ""


@dataclass(frozen=True)
class Tried:
    """A row of the list: the result of calling an action twice. `again` is "" when the result is unknown."""

    name: str
    rule: str
    verbs: tuple[str, ...]
    made: tuple[str, ...]
    again: str
    entries_again: int


def state() -> dict[str, list[dict]]:
    """Return all rows of the apps except audit entries, marks and keys, without fields that change when a row is read."""
    left_out = {"communities.AuditEntry", "communities.CountMark"}
    return {
        label: [{name: value for name, value in row.items() if name not in RESTLESS} for row in found]
        for label, found in every_row().items()
        if label not in left_out
    }


def as_read(given: dict[str, object]) -> dict[str, object]:
    """Return the values with fresh instances of their rows, as each request would fetch them."""
    return {name: copy.copy(value) if isinstance(value, Model) else value for name, value in given.items()}


def try_twice(name: str, act: Callable[..., object], world: World) -> Tried:
    """Call an action twice and return what happened."""
    given = arguments(name, act, world)
    before, entries = state(), AuditEntry.objects.count()
    act(**as_read(given))
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)[entries:]
    after, entries = state(), AuditEntry.objects.count()
    made = tuple(label for label, rows in after.items() if len(rows) > len(before[label]))
    try:
        with transaction.atomic():
            act(**as_read(given))
    except ValidationError as refused:
        again = f"refused: {refused.messages[0]}"
    else:
        again = "nothing more" if state() == after else "does it again"
    if "uuid" in given and inspect.signature(act).parameters.get("uuid") and again == "nothing more":
        again = "the same row, by its key"
    return Tried(
        name, rule_of(name, act), tuple(dict.fromkeys(verbs)), made, again, AuditEntry.objects.count() - entries
    )


def table(lines: list[Tried]) -> str:
    """Return the list as text."""
    rows = [("action", "asks", "audits", "done twice")]
    rows += [
        (
            each.name,
            each.rule,
            ", ".join(each.verbs) or f"({UNAUDITED.get(each.name, '')})",
            each.again + (f" ({EACH_TIME[each.name]})" if each.name in EACH_TIME else ""),
        )
        for each in lines
    ]
    wide = [max(len(row[n]) for row in rows) for n in range(3)]
    return "\n".join("  ".join([*(row[n].ljust(wide[n]) for n in range(3)), row[3]]).rstrip() for row in rows)
