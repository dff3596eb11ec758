"""The pages of sparks: who sees what, what can be done, and that nothing typed is lost."""

import csv
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from config.templatetags.kith import is_optional
from connectors.actions.erasing import erase_person
from sparks import actions, exports
from sparks.models import Decision, Fund, FundProposal, LedgerEntry, LedgerKind, Report, Round, Spark, Status
from tests.factories.communities import PartnerFactory
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.sparks import FundFactory, RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pot(team) -> Round:
    return RoundFactory(team=team, name="Spring")


@pytest.fixture
def host(team):
    return PartnerFactory(team=team, name="Brook Hall Trust", is_fiscal_host=True)


@pytest.fixture
def spark(pot) -> Spark:
    return SparkFactory(round=pot, handed_in=True, title="Fish suppers")


def url(name, spark):
    return reverse(f"sparks:{name}", kwargs={"uuid": spark.uuid})


def answers(pot, holder, **changes):
    return {
        "uuid": uuid.uuid4(), "title": "Fish suppers", "what": "A supper every month.", "who_with": "Mill Row", "costs": "Fish £150",
        "amount_gbp": "150.50", "held_by": "host", "host": holder.pk, "round": pot.pk, "hand_in": "1", **changes,
    }  # fmt: skip


class TestWriting:
    def test_a_spark_can_be_added_and_submitted_at_once(self, client_for, builder, pot, host):
        answer = client_for(builder).post(reverse("sparks:spark-create"), answers(pot, host), follow=True)
        spark = Spark.objects.get()
        assert (spark.status, spark.amount_gbp, spark.created_by) == (Status.SUBMITTED, Decimal("150.50"), builder)
        assert b"A manager will decide" in answer.content

    def test_a_draft_needs_only_a_title_and_a_round(self, client_for, builder, pot):
        data = {"title": "Supper", "held_by": "host", "round": pot.pk, "keep": "1"}
        client_for(builder).post(reverse("sparks:spark-create"), data)
        assert Spark.objects.get().status == Status.DRAFT

    def test_the_only_open_round_is_preselected(self, client_for, builder, pot, team):
        address = reverse("sparks:spark-create")
        chosen = f'<option value="{pot.pk}" selected'
        assert chosen in client_for(builder).get(address).content.decode()
        RoundFactory(team=team)
        assert chosen not in client_for(builder).get(address).content.decode()

    def test_a_double_click_adds_one_spark(self, client_for, builder, pot, host):
        data = answers(pot, host, keep="1")
        del data["hand_in"]
        for _ in range(2):
            client_for(builder).post(reverse("sparks:spark-create"), data)
        assert Spark.objects.count() == 1

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("£10,00", "in pounds, for example"),
            ("-5", "cannot be less than £0"),
            ("NaN", "in pounds, for example"),
            ("1e2", "in pounds, for example"),
            ("10.999", "no more than two decimal places"),
            ("lots", "in pounds, for example"),
        ],
    )
    def test_an_invalid_amount_is_shown_again_with_an_error_beside_it(
        self, client_for, builder, pot, host, typed, message
    ):
        answer = client_for(builder).post(reverse("sparks:spark-create"), answers(pot, host, amount_gbp=typed))
        page = answer.content.decode()
        assert message in page
        assert f'value="{typed}"' in page
        assert "A supper every month." in page
        assert not Spark.objects.exists()

    def test_a_round_that_closed_a_second_ago_is_refused(self, client_for, builder, pot, host, clock):
        data = answers(pot, host)
        client = client_for(builder)
        spark = SparkFactory(round=pot, title="Mine")
        Round.objects.filter(pk=pot.pk).update(
            opens_at=timezone.now() - timedelta(days=2), closes_at=timezone.now() - timedelta(seconds=1)
        )
        answer = client.post(url("spark-update", spark), data, follow=True)
        assert "Your draft is saved" in answer.content.decode()
        spark.refresh_from_db()
        assert (spark.status, spark.what) == (Status.DRAFT, "A supper every month.")

    def test_a_spark_can_begin_from_a_conversation(self, client_for, builder, team, pot):
        rose = PersonFactory(team=team, known_as="Rose")
        talk = ConversationFactory(team=team, idea="Suppers on the green")
        talk.people.add(rose)
        page = client_for(builder).get(reverse("sparks:spark-create"), {"conversation": talk.uuid}).content.decode()
        assert "Suppers on the green" in page
        assert "Rose" in page

    @pytest.mark.parametrize("key", ["not-a-uuid", "5d0e6c1e-8f6a-4a57-9d0c-3b8f1f0c2a11"])
    def test_a_spark_cannot_begin_from_a_missing_conversation(self, client_for, builder, pot, key):
        assert client_for(builder).get(reverse("sparks:spark-create"), {"conversation": key}).status_code == 404

    def test_a_spark_cannot_begin_from_another_teams_conversation(self, client_for, builder, pot, other_team):
        talk = ConversationFactory(team=other_team)
        assert client_for(builder).get(reverse("sparks:spark-create"), {"conversation": talk.uuid}).status_code == 404

    @pytest.mark.parametrize("field", ["round", "host"])
    def test_another_teams_ids_are_refused_beside_the_field(self, client_for, builder, pot, host, other_team, field):
        foreign = {
            "round": RoundFactory(team=other_team),
            "host": PartnerFactory(team=other_team, is_fiscal_host=True),
        }[field]
        answer = client_for(builder).post(reverse("sparks:spark-create"), answers(pot, host, **{field: foreign.pk}))
        assert f'id="id_{field}_error"' in answer.content.decode()
        assert not Spark.objects.exists()

    def test_answers_cannot_change_once_submitted(self, client_for, builder, spark, pot, host):
        answer = client_for(builder).post(url("spark-update", spark), answers(pot, host, title="Other"), follow=True)
        assert "its answers cannot be changed" in answer.content.decode()
        spark.refresh_from_db()
        assert spark.title == "Fish suppers"


class TestDeciding:
    def test_the_budget_is_shown_on_the_list_and_on_the_spark(self, client_for, manager, spark):
        client = client_for(manager)
        for page in (client.get(reverse("sparks:spark-list")), client.get(url("spark-detail", spark))):
            assert "£1,000" in page.content.decode()

    def test_a_manager_can_approve(self, client_for, manager, spark):
        answer = client_for(manager).post(url("spark-approve", spark), {"amount_gbp": "200"}, follow=True)
        spark.refresh_from_db()
        assert spark.status == Status.APPROVED
        assert "£800" in answer.content.decode()

    def test_approving_twice_shows_an_error(self, client_for, manager, spark):
        client = client_for(manager)
        for _ in range(2):
            answer = client.post(url("spark-approve", spark), {"amount_gbp": "200"}, follow=True)
        assert "chose “Approve” on" in answer.content.decode()
        assert Decision.objects.count() == 1

    def test_an_invalid_amount_stays_in_the_form(self, client_for, manager, spark):
        page = (
            client_for(manager)
            .post(url("spark-approve", spark), {"amount_gbp": "£2,00", "reason": "Warm"})
            .content.decode()
        )
        assert 'value="£2,00"' in page
        assert "Warm" in page
        assert not Decision.objects.exists()

    def test_more_than_asked_for_is_an_error_beside_the_field(self, client_for, manager, spark):
        page = client_for(manager).post(url("spark-approve", spark), {"amount_gbp": "201"}).content.decode()
        assert "They asked for £200" in page

    def test_declining_without_a_reason_is_refused(self, client_for, manager, spark):
        page = client_for(manager).post(url("spark-decline", spark), {"decline-reason": ""}).content.decode()
        assert "deserve to know why" in page

    @pytest.mark.parametrize(("step", "status"), [("decline", Status.DECLINED), ("outside", Status.INELIGIBLE)])
    def test_a_manager_can_decline_with_a_reason(self, client_for, manager, spark, step, status):
        client_for(manager).post(url(f"spark-{step}", spark), {"decline-reason": "The pot is for suppers."})
        spark.refresh_from_db()
        assert spark.status == status

    def test_a_question_can_be_asked_and_answered(self, client_for, manager, builder, spark, pot, host):
        client_for(manager).post(url("spark-ask", spark), {"question": "Is there a tap?"})
        page = client_for(builder).get(url("spark-detail", spark)).content.decode()
        assert "Is there a tap?" in page
        client_for(builder).post(url("spark-update", spark), answers(pot, host, costs="There is a tap."))
        spark.refresh_from_db()
        assert (spark.status, spark.costs) == (Status.SUBMITTED, "There is a tap.")

    def test_a_conflict_of_interest_can_be_declared(self, client_for, manager, spark):
        client = client_for(manager)
        client.post(url("spark-conflict", spark))
        page = client.get(url("spark-detail", spark)).content.decode()
        assert "somebody else has to decide" in page
        assert url("spark-approve", spark) not in page

    @pytest.mark.parametrize("step", ["ask", "approve", "decline", "pay", "recover", "cancel", "close"])
    def test_builders_and_evaluators_cannot_manage_money(self, client_for, builder, evaluator, spark, step):
        for user in (builder, evaluator):
            assert client_for(user).post(url(f"spark-{step}", spark)).status_code == 403

    @pytest.mark.parametrize("step", ["hand-in", "withdraw", "ready", "conflict"])
    def test_evaluators_cannot_take_steps(self, client_for, evaluator, spark, step):
        assert client_for(evaluator).post(url(f"spark-{step}", spark)).status_code == 403

    def test_evaluators_read_without_names(self, client_for, evaluator, spark, team):
        spark.applicants.add(PersonFactory(team=team, known_as="Rosamund"))
        page = client_for(evaluator).get(url("spark-detail", spark)).content.decode()
        assert "Fish suppers" in page
        assert "Rosamund" not in page

    def test_erased_residents_are_not_offered_for_a_new_spark(self, client_for, builder, spark, team):
        gone = PersonFactory(team=team, known_as="Zebedee")
        spark.applicants.add(gone)
        erase_person(person=gone, by=builder)
        client = client_for(builder)
        new = client.get(reverse("sparks:spark-create")).context["form"]
        assert gone not in new.fields["applicants"].queryset
        draft = SparkFactory(round=spark.round)
        draft.applicants.add(gone)
        again = client.get(url("spark-update", draft)).context["form"]
        assert gone in again.fields["applicants"].queryset


class TestTheWholeLife:
    def test_a_spark_goes_from_award_to_closed(self, client_for, manager, second_manager, builder, spark, pot):
        boss, payer, friend = client_for(manager), client_for(second_manager), client_for(builder)
        boss.post(url("spark-approve", spark), {"amount_gbp": "200"})
        assert "They said yes" in friend.get(url("spark-detail", spark)).content.decode()
        friend.post(url("spark-ready", spark))
        assert "another manager has to pay it" in boss.get(url("spark-detail", spark)).content.decode()
        payer.post(url("spark-pay", spark), {"uuid": uuid.uuid4(), "reference": "BACS 9"})
        assert "BACS 9" in boss.get(url("spark-detail", spark)).content.decode()
        friend.post(
            url("report-edit", spark),
            {"what_happened": "Forty came to supper.", "people_count": "40", "spent_gbp": "180"},
        )
        assert "Forty came to supper." in boss.get(url("spark-detail", spark)).content.decode()
        payer.post(
            url("spark-recover", spark),
            {"recover-amount_gbp": "20", "recover-reference": "BACS 12", "recover-reason": "Left over"},
        )
        assert "the reference “BACS 12”" in boss.get(url("spark-detail", spark)).content.decode()
        boss.post(url("spark-agree", spark))
        boss.post(url("spark-close", spark))
        spark.refresh_from_db()
        pot.refresh_from_db()
        assert (spark.status, pot.committed_gbp, pot.paid_gbp) == (Status.CLOSED, Decimal(180), Decimal(180))
        page = boss.get(reverse("sparks:round-detail", kwargs={"pk": pot.pk})).content.decode()
        assert "The ledger adds up" in page
        sent = boss.get(reverse("sparks:ledger-export", kwargs={"pk": pot.pk}))
        lines = list(csv.DictReader(b"".join(sent.streaming_content).decode("utf-8-sig").splitlines()))
        assert tuple(lines[0]) == exports.COLUMNS
        shown = ("what_happened", "amount_gbp", "promised_gbp", "paid_gbp", "paid_to", "reference", "note")
        assert [tuple(line[name] for name in shown) for line in lines] == [
            ("Promised", "200.00", "200.00", "0.00", "", "", ""),
            ("Paid", "200.00", "200.00", "200.00", spark.host.name, "BACS 9", ""),
            ("Returned", "20.00", "180.00", "180.00", "", "BACS 12", "Left over"),
        ]
        assert {line["spark_reference"] for line in lines} == {str(spark.uuid)}
        assert all(said in page for said in (spark.host.name, "BACS 12", "Left over"))

    def test_a_stale_page_is_answered_with_the_current_status(self, client_for, manager, builder, spark):
        actions.withdraw_spark(spark=spark, by=manager, reason="They moved.")
        answer = client_for(manager).post(url("spark-approve", spark), {"amount_gbp": "200"}, follow=True)
        assert "“Withdrawn”" in answer.content.decode()
        assert not LedgerEntry.objects.exists()

    def test_a_spark_can_be_cancelled(self, client_for, manager, spark):
        client = client_for(manager)
        client.post(url("spark-approve", spark), {"amount_gbp": "200"})
        assert "deserve to know why" in client.post(url("spark-cancel", spark), {"cancel-reason": ""}).content.decode()
        client.post(url("spark-cancel", spark), {"cancel-reason": "The hall is closed."})
        assert LedgerEntry.objects.filter(kind=LedgerKind.RELEASE).count() == 1

    def test_a_report_too_soon_keeps_what_was_typed(self, client_for, builder, spark):
        page = client_for(builder).post(url("report-edit", spark), {"what_happened": "Too soon."}).content.decode()
        assert "Too soon." in page
        assert "after the spark has happened" in page
        assert not Report.objects.exists()

    def test_a_photo_needs_a_description_and_is_shown_only_to_the_team(
        self, client_for, builder, stranger, manager, second_manager, spark
    ):
        from io import BytesIO

        from django.core.files.uploadedfile import SimpleUploadedFile
        from PIL import Image

        actions.approve_spark(spark=spark, by=manager)
        actions.mark_ready(spark=spark, by=manager)
        actions.pay_award(spark=spark, by=second_manager, uuid=uuid.uuid4())

        def picture():
            data = BytesIO()
            Image.new("RGB", (40, 30), "orange").save(data, "JPEG")
            return SimpleUploadedFile("supper.jpg", data.getvalue(), "image/jpeg")

        client = client_for(builder)
        page = client.post(
            url("report-edit", spark), {"what_happened": "Forty came.", "photo": picture()}
        ).content.decode()
        assert "what the photo shows" in page
        client.post(
            url("report-edit", spark), {"what_happened": "Forty came.", "photo": picture(), "photo_alt": "A long table"}
        )
        shown = client.get(url("report-photo", spark))
        assert shown.headers["Content-Type"] == "image/jpeg"
        assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
        assert client_for(stranger).get(url("report-photo", spark)).status_code == 404

    def test_a_report_without_a_photo_answers_404(self, client_for, builder, spark):
        Report.objects.create(spark=spark, what_happened="x", created_by=builder)
        assert client_for(builder).get(url("report-photo", spark)).status_code == 404


class TestRounds:
    def round_data(self, fund, **changes):
        return {
            "fund": fund.pk,
            "name": "Summer",
            "budget_gbp": "2000",
            "max_award_gbp": "300",
            "opens_at": "2026-05-01T09:00",
            "closes_at": "2026-06-01T17:00",
            **changes,
        }

    def test_a_fund_its_money_and_a_round_can_be_added(self, client_for, manager, second_manager, team):
        client = client_for(manager)
        client.post(reverse("sparks:fund-create"), {"name": "Small sparks", "kind": "spark"})
        fund = Fund.objects.get()
        money = {"kind": "received", "amount_gbp": "2000", "day": "2026-04-01", "reason": "The letter of March."}
        page = client.post(reverse("sparks:fund-money", args=[fund.pk]), money, follow=True).content.decode()
        assert "Nobody else in this team can agree yet" not in page
        assert "budget_gbp" in client.post(reverse("sparks:round-create"), self.round_data(fund)).context["form"].errors
        client_for(second_manager).post(reverse("sparks:proposal-agree", args=[FundProposal.objects.get().uuid]))
        client.post(reverse("sparks:round-create"), self.round_data(fund))
        found = Round.objects.get()
        assert (found.fund, found.budget_gbp, found.team) == (fund, Decimal(2000), team)
        assert timezone.localtime(found.closes_at).hour == 17

    def test_a_budget_below_what_is_promised_is_an_error_beside_it(self, client_for, manager, spark, pot):
        actions.approve_spark(spark=spark, by=manager)
        data = self.round_data(pot.fund, budget_gbp="100", max_award_gbp="100")
        page = client_for(manager).post(reverse("sparks:round-update", kwargs={"pk": pot.pk}), data).content.decode()
        assert "already promised" in page
        assert 'value="100"' in page

    def test_a_name_that_is_taken_is_an_error(self, client_for, manager, team):
        FundFactory(team=team, name="Sparks")
        page = (
            client_for(manager)
            .post(reverse("sparks:fund-create"), {"name": "SPARKS", "kind": "spark"})
            .content.decode()
        )
        assert "already has a fund with this name" in page

    def test_a_fund_and_a_round_can_be_changed(self, client_for, manager, second_manager, pot):
        client = client_for(manager)
        client.post(reverse("sparks:fund-update", kwargs={"pk": pot.fund_id}), {"name": "Renamed", "kind": "seed"})
        data = {
            **self.round_data(pot.fund, name="Autumn", closes_at=f"{timezone.localdate().year + 2}-06-01T17:00"),
            "reason": "It is in demand.",
        }
        page = client.post(reverse("sparks:round-update", kwargs={"pk": pot.pk}), data, follow=True).content.decode()
        assert "Waiting for a second person" in page
        assert "Budget: £2,000, was £1,000" in page
        pot.refresh_from_db()
        assert (pot.name, pot.fund.name, pot.budget_gbp) == ("Autumn", "Renamed", Decimal(1000))
        agree = reverse("sparks:proposal-agree", args=[FundProposal.objects.get().uuid])
        assert client.post(agree, follow=True).status_code == 200
        pot.refresh_from_db()
        assert pot.budget_gbp == Decimal(1000), "nobody agrees to what they proposed"
        page = client_for(second_manager).post(agree, follow=True).content.decode()
        pot.refresh_from_db()
        assert pot.budget_gbp == Decimal(2000)
        assert "Changes to its rules" in page
        assert f"Agreed: {second_manager}" in page

    def test_another_teams_fund_cannot_be_chosen(self, client_for, manager, other_team):
        data = self.round_data(FundFactory(team=other_team))
        client_for(manager).post(reverse("sparks:round-create"), data)
        assert not Round.objects.exists()


class TestTheList:
    def test_filters_work_and_htmx_gets_fragments(self, client_for, builder, pot, spark):
        SparkFactory(round=pot, title="Kite day")
        client = client_for(builder)
        page = client.get(reverse("sparks:spark-list"), {"q": "kite"}).content.decode()
        assert "Kite day" in page
        assert "Fish suppers" not in page
        fragment = client.get(
            reverse("sparks:spark-list"), {"status": "submitted"}, headers={"HX-Request": "true"}
        ).content.decode()
        assert "Fish suppers" in fragment
        assert "<html" not in fragment

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_number_of_queries_does_not_depend_on_rows(
        self, client_for, manager, pot, rows, django_assert_num_queries
    ):
        for _ in range(rows):
            SparkFactory(round=pot, handed_in=True)
        client = client_for(manager)
        with django_assert_num_queries(QUERIES_OF_THE_LIST):
            client.get(reverse("sparks:spark-list"))


QUERIES_OF_THE_LIST = 9


def test_a_refusal_in_a_stale_tab_is_said_once(client_for, manager, spark):
    browser = client_for(manager)
    approval = {"amount_gbp": str(spark.amount_gbp), "reason": "It begins with neighbours."}
    actions.declare_conflict(spark=spark, by=manager)
    page = browser.post(url("spark-approve", spark), approval).text
    assert page.count("You said you are too close to this spark") == 1
    assert "It begins with neighbours." in page


def test_what_submitting_asks_for_is_not_called_optional(client_for, builder, pot):
    page = client_for(builder).get(reverse("sparks:spark-create"))
    optional = {field.name for field in page.context["form"].visible_fields() if is_optional(field)}
    assert optional == {"group_name", "applicants", "costs", "neighbourhood", "members", "from_sparks", "from_groups"}
    rows = [field for row in page.context["form"].cost_rows for field in row.visible_fields() if is_optional(field)]
    assert {field.name for field in rows} == {"quantity", "amount", "source", "lender"}
    assert page.text.count("(optional)") == len(optional) + len(rows)
