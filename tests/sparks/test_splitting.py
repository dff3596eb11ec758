"""One large grant asked for as several small ones is seen by people, places, payees and names, and said in words."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from connectors.rules.people import phone_key
from sparks import actions, splitting
from sparks.actions.chaining import append_line
from sparks.applying import actions as applying
from sparks.likeness import Payees
from sparks.look_alikes import appearance
from sparks.models import HeldBy, LedgerEntry, Spark, Status
from tests.factories.assets import AssetFactory
from tests.factories.communities import PartnerFactory, TeamFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import ApplicantFactory, ApplicationFactory, RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pot(clock, team):
    """Return a round of the team."""
    return RoundFactory(team=team, budget_gbp=Decimal(9000))


def awarded(pot, *people, **values) -> Spark:
    """Return a spark that asked on 20 May 2026 for £250 and got £200."""
    now = timezone.now()
    given = {"group_name": "", "status": Status.PAID, "amount_gbp": Decimal(250), "award_gbp": Decimal(200)}
    spark = SparkFactory(round=pot, submitted_at=now, decided_at=now, **{**given, **values})
    spark.applicants.set(people)
    return spark


def asking(pot, *people, **values) -> Spark:
    """Return a spark that waits for a decision."""
    spark = SparkFactory(round=pot, handed_in=True, **{"group_name": "", **values})
    spark.applicants.set(people)
    return spark


def through_the_door(public, builder, **reached) -> Spark:
    """Return a spark of one person without a group, taken up from the public page; `reached` is how to reach them."""
    application = ApplicationFactory(page=public, sent=True, amount_gbp=Decimal(240))
    ApplicantFactory(application=application, name=f"Rose {application.pk}", **reached)
    return applying.take_up(application=application, by=builder, title="Bench", held_by=HeldBy.GROUP)


def words(spark: Spark) -> list[str]:
    """Return what the page says of earlier requests."""
    return [each.words for each in splitting.look(spark).earlier]


def test_the_same_people_are_said_and_counted(pot, team):
    people = [PersonFactory(team=team) for _each in range(3)]
    awarded(pot, *people)
    spark = asking(pot, *people)
    assert words(spark) == ["The same 3 people asked on 20 May 2026 for £250 and got £200."]
    assert splitting.look(spark).counted_gbp == splitting.awarded_to_group(spark) == Decimal(200)
    assert words(asking(pot, people[0], PersonFactory(team=team)))[-1].startswith("One of the same people asked on")


def test_the_same_group_on_the_map_counts_under_any_name(pot, team):
    choir = AssetFactory(team=team, name="Mill Row Choir")
    awarded(pot, group=choir, group_name="Singers")
    spark = asking(pot, group=choir, group_name="Drummers")
    assert words(spark)[0].startswith("The same group on the map asked on")
    assert splitting.awarded_to_group(spark) == Decimal(200)


def test_a_name_that_is_nearly_the_same_counts(pot):
    awarded(pot, group_name="Street Party Committee 1")
    spark = asking(pot, group_name="Street Party Committee 2")
    assert words(spark)[0].startswith("A group with nearly the same name, “Street Party Committee 1”, asked on")
    assert splitting.awarded_to_group(spark) == Decimal(200)


def test_the_same_payee_counts_under_another_name(pot, manager):
    paid = awarded(pot, group_name="Chess in the park")
    append_line(
        LedgerEntry(round=pot, spark=paid, kind="pay", amount_gbp=Decimal(200), by=manager, payee="Mill Row CHOIR")
    )
    spark = asking(pot, group_name="Mill Row Choir")
    assert words(spark)[0].startswith("The same payee, “Mill Row CHOIR”, asked on")
    assert splitting.awarded_to_group(spark) == Decimal(200)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"email": "rose@example.org"}, {"email": "Rose+bench@example.org"}),
        ({"phone": "0117 496 0123"}, {"phone": "+44 117 4960123"}),
    ],
)
def test_whoever_applies_twice_without_a_group_is_seen(first, second, public, builder, manager):
    taken = [through_the_door(public, builder, **each) for each in (first, second)]
    actions.approve_spark(spark=taken[0], by=manager)
    assert words(taken[1]) == [
        "Somebody with the same email address or phone number asked on 20 May 2026 for £240 and got £240."
    ]
    actions.approve_spark(spark=taken[1], by=manager)
    assert taken[1].decisions.count() == 1
    taken[1].refresh_from_db()
    assert taken[1].status == Status.RECOMMENDED


@pytest.mark.parametrize("reached", [{"email": "rose@example.org"}, {"phone": "0117 496 0123"}])
@pytest.mark.parametrize("is_resident_first", [True, False])
def test_a_resident_who_also_applies_on_the_page_is_seen(is_resident_first, reached, public, team, builder):
    rose = PersonFactory(team=team, **reached)
    known = SparkFactory(round=public.round, created_by=builder, group_name="Choir")
    known.applicants.add(rose)
    actions.submit_spark(spark=known, by=builder)
    applied = through_the_door(public, builder, **reached)
    first, second = (known, applied) if is_resident_first else (applied, known)
    Spark.objects.filter(pk=first.pk).update(status=Status.APPROVED, award_gbp=200, decided_at=timezone.now())
    assert splitting.awarded_to_group(second) == Decimal(200)


def test_a_short_number_and_no_address_are_nobodys(public, builder):
    first, second = (through_the_door(public, builder, phone="12") for _each in range(2))
    Spark.objects.filter(pk=first.pk).update(status=Status.APPROVED, award_gbp=200, decided_at=timezone.now())
    assert splitting.awarded_to_group(second) == 0


def test_awards_to_one_payee_need_two_people_when_it_is_said(public, builder, manager, second_manager):
    chess, choir = (
        SparkFactory(
            round=public.round, handed_in=True, group_name=name, held_by="group", host=None, created_by=builder
        )
        for name in ("Chess in the park", "Choir")
    )
    for spark in (chess, choir):
        actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=chess, by=builder, payee="Sol Whitlow")
    with pytest.raises(ValidationError, match="Another award goes to “sol whitlow” too") as refused:
        actions.mark_ready(spark=choir, by=builder, payee="sol \u200b whitlow")
    assert list(refused.value.message_dict) == ["payee"]
    actions.propose_payee(spark=choir, by=manager, payee="Sol Whitlow", reason="It is his account.")
    actions.agree_change(spark=choir, by=second_manager)
    actions.mark_ready(spark=choir, by=builder)
    choir.refresh_from_db()
    assert (choir.status, choir.payee) == (Status.READY, "Sol Whitlow")


def test_an_approval_of_before_does_not_make_two_for_a_payee(public, builder, manager, second_manager):
    values = {"round": public.round, "handed_in": True, "held_by": "group", "host": None, "created_by": builder}
    chess, choir = (
        SparkFactory(group_name=name, amount_gbp=amount, **values)
        for name, amount in (("Chess in the park", Decimal(200)), ("Choir", Decimal(400)))
    )
    actions.mark_ready(spark=actions.approve_spark(spark=chess, by=manager), by=builder, payee="Sol Whitlow")
    actions.approve_spark(spark=choir, by=second_manager)
    actions.ask_question(spark=choir, by=manager, question="Would less do?")
    actions.update_spark(spark=choir, by=builder, amount_gbp=Decimal(200))
    actions.submit_spark(spark=choir, by=builder)
    actions.approve_spark(spark=choir, by=manager)
    with pytest.raises(ValidationError, match="Another award goes to"):
        actions.mark_ready(spark=choir, by=builder, payee="Sol Whitlow")


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_awards_to_one_payee_are_never_accepted_at_once(team, builder, manager, race):
    pot = RoundFactory(team=team)
    sparks = [
        SparkFactory(round=pot, handed_in=True, group_name=name, held_by="group", host=None, created_by=builder)
        for name in ("Chess in the park", "Choir")
    ]

    def accepts(spark) -> bool:
        try:
            actions.mark_ready(spark=spark, by=builder, payee="Sol Whitlow")
        except ValidationError:
            return False
        return True

    for spark in sparks:
        actions.approve_spark(spark=spark, by=manager)
    assert sorted(race(*(partial(accepts, spark) for spark in sparks))) == [False, True]


def test_a_host_is_paid_for_many_groups(pot, team, builder, manager):
    host = PartnerFactory(team=team, is_fiscal_host=True)
    for name in ("Chess in the park", "Choir"):
        spark = SparkFactory(round=pot, handed_in=True, group_name=name, host=host, created_by=builder)
        assert actions.approve_spark(spark=spark, by=manager).status == Status.APPROVED
        assert actions.mark_ready(spark=spark, by=builder).payee == host.name


def test_the_same_street_is_said_and_does_not_count(pot, team):
    awarded(pot, PersonFactory(team=team, street="Mill Row"))
    spark = asking(pot, PersonFactory(team=team, street="mill row "))
    assert words(spark) == ["People from the same street, Mill Row, asked on 20 May 2026 for £250 and got £200."]
    assert not splitting.look(spark).earlier[0].counts
    assert splitting.look(spark).counted_gbp == splitting.awarded_to_group(spark) == 0


def test_what_nobody_has_decided_yet_is_said_and_does_not_count(pot, team):
    rose = PersonFactory(team=team)
    asking(pot, rose, title="Kites")
    spark = asking(pot, rose)
    assert words(spark) == ["The same person asked on 20 May 2026 for £200. Nobody has decided yet."]
    assert splitting.awarded_to_group(spark) == 0


@pytest.mark.parametrize("sign", ["people", "name", "look alike"])
def test_whoever_decides_reads_that_a_colleague_said_no(sign, pot, team, builder, manager, second_manager):
    """Handed in once more as a new spark, one manager would approve what another one refused."""
    rose = PersonFactory(team=team)
    name = {"people": "", "name": "Choir", "look alike": "Choir"}[sign]
    first = asking(pot, *([rose] if sign == "people" else []), group_name=name, created_by=builder)
    actions.decline_spark(spark=first, by=second_manager, reason="It is a business.")
    again = asking(
        RoundFactory(team=team), *([rose] if sign == "people" else []), created_by=builder,
        group_name="Ch0ir" if sign == "look alike" else name,
    )  # fmt: skip
    assert words(again)[0].endswith("asked on 20 May 2026 for £200. The answer was no.")
    assert not splitting.look(again).earlier[0].counts
    assert splitting.awarded_to_group(again) == 0
    assert actions.approve_spark(spark=again, by=manager).status == Status.APPROVED


def test_several_signs_are_one_sentence_and_one_sum(pot, team):
    rose, choir = PersonFactory(team=team), AssetFactory(team=team)
    awarded(pot, rose, group=choir, group_name="Choir")
    spark = asking(RoundFactory(team=team), rose, group=choir, group_name="choir")
    assert words(spark)[0].startswith("The same person and the same group on the map and a group with the same name")
    assert splitting.awarded_to_group(spark) == Decimal(200)


@pytest.mark.parametrize("values", [{"status": Status.WITHDRAWN}, {"status": Status.DRAFT}, {"long_ago": True}])
def test_what_was_never_given_or_is_over_a_year_ago_is_left_out(values, pot, team):
    rose = PersonFactory(team=team)
    long_ago = values.pop("long_ago", False)
    before = awarded(pot, rose, group_name="Choir", **values)
    if long_ago:
        Spark.objects.filter(pk=before.pk).update(decided_at=timezone.now() - timedelta(days=366))
    assert words(asking(RoundFactory(team=team), rose, group_name="Choir")) == []


def test_another_team_is_never_looked_at(pot):
    awarded(RoundFactory(team=TeamFactory()), group_name="Choir")
    assert words(asking(pot, group_name="Choir")) == []


def test_the_page_says_it_beside_the_form(pot, team, manager, client_for):
    people = [PersonFactory(team=team) for _each in range(3)]
    for number in range(10):
        awarded(pot, *people, title=f"Kite day {number}")
    shown = client_for(manager).get(reverse("sparks:spark-detail", args=[asking(pot, *people).uuid])).content.decode()
    shown = " ".join(shown.split())
    assert "The same 3 people asked on 20 May 2026 for £250 and got £200." in shown
    assert "£2,000 of it counts towards the limit for deciding alone, together with this spark." in shown
    assert "And 2 more." in shown
    assert "so two people decide" in shown


def test_it_takes_as_many_queries_for_a_hundred_awards_as_for_one(pot, team, django_assert_num_queries):
    rose = PersonFactory(team=team, street="Mill Row", phone="0117 496 0123", phone_key="174960123")
    awarded(pot, rose, group_name="Choir 1")
    spark = asking(pot, rose, group=AssetFactory(team=team), group_name="Choir 2")
    splitting.look(spark)
    # What was awarded; the signs; two of phone numbers; organisations; payees; streets; what is listed.
    with django_assert_num_queries(8) as one:
        splitting.look(spark)
    for number in range(30):
        awarded(pot, rose, group_name=f"Choir 1{number}")
    with django_assert_num_queries(len(one)):
        splitting.look(spark)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sol Whitlow", "Whitlow, Sol", True),
        ("Sol Whitlow", "Sol Whitlow (account 1234)", True),
        ("Sol Whitlow", "S\u043el Whitl\u03bfw 12-34-56", True),
        ("Sol Whitlow", "Sol Whitlo", True),
        ("Sol Whitlow", "Rose Marsh", False),
        ("(1234)", "(5678)", False),
    ],
)
def test_payees_are_one_however_they_are_typed(one, other, same):
    assert Payees([other]).same_as({one}) == Payees({other}).same_as({one}) == ({other} if same else set())
    assert bool(Payees([one]).same_as({other})) is same


#: Names that look alike, and names that do not: Cyrillic, Greek, fullwidth and mathematical letters, digits and a few pairs.
LOOK_ALIKE = (
    ("Sol Whitlow", "S\u043el Whitl\u03bfw", True),
    ("Sol Whitlow", "\u0405\u043e\u04cf \u051c\u04bb\u0456t\u04cf\u043e\u0461".replace("\u0461", "w"), True),
    ("Hockey Men", "\u041d\u043e\u0441k\u0435\u0443 \u041c\u0435n", True),
    ("TABITHA", "\u03a4\u0391\u0392\u0399\u03a4\u0397\u0391", True),
    ("Sol Whitlow", "\uff33\uff4f\uff4c \uff37\uff48\uff49\uff54\uff4c\uff4f\uff57", True),
    ("Sol Whitlow", "\U0001d412\U0001d428\U0001d425 Whitlow", True),
    ("Sol Whitlow", "S0l Whit1ow", True),
    ("Sol Whitlow", "So1 WhitIow", True),
    ("Mill Row", "Rnill Rovv", True),
    ("Mill Row", "Mi|| Row", True),
    ("Sol Whitlow", "Sal Whitlow", False),
    ("Mill Row", "Hill Row", False),
    ("\u0418\u0432\u0430\u043d", "Ivan", False),
)


@pytest.mark.parametrize(("one", "other", "same"), LOOK_ALIKE)
def test_letters_that_look_alike_are_one(one, other, same):
    assert (appearance(one) == appearance(other)) is same
    assert one != other
    if same:
        assert Payees([other]).same_as({one}) == {other}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12345678", "Account 12-34-56 12345678", True),
        ("Acct no 01234567", "The band, 1234567", True),
        ("GB29 NWBK 6016 1331 9268 19", "Rosa 60-16-13 31926819", True),
        ("Rosa 12-34-56", "The band 12-34-56", False),
        ("Rosa 12345678", "The band 12345679", False),
        ("Flat 2, 14 Mill Row", "Flat 2, 14 Hill Street", False),
    ],
)
def test_payees_with_one_account_are_one(one, other, same):
    assert Payees([other]).same_as({one}) == Payees({other}).same_as({one}) == ({other} if same else set())


def test_the_digits_of_an_account_are_no_letters():
    assert Payees(["Sol Whitlow 10 01 10", "Sol Whitlow 0101"]).same_as({"Sol Whitlow"}) == {
        "Sol Whitlow 10 01 10",
        "Sol Whitlow 0101",
    }


def test_a_group_in_letters_that_look_alike_counts(pot):
    awarded(pot, group_name="Mill Row Choir")
    spark = asking(pot, group_name="\u041c\u0456ll R\u043ew \u0421h\u043e\u0456r")
    assert words(spark)[0].startswith("A group with nearly the same name, “Mill Row Choir”,")
    assert splitting.awarded_to_group(spark) == Decimal(200)


@pytest.mark.parametrize("other", ["Whitlow, Sol", "Sol Whitlow (account 1234)", "S\u043el Whitlow"])
def test_one_person_does_not_approve_several_awards_to_one_payee(other, team, pot, builder, manager):
    team.approval_limit_gbp = Decimal(300)
    team.save()
    sparks = [
        asking(pot, group_name=name, created_by=builder, held_by=HeldBy.GROUP, host=None, amount_gbp=Decimal(250))
        for name in ("Bees", "Wasp club")
    ]
    for spark in sparks:
        actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=sparks[0], by=builder, payee="Sol Whitlow")
    with pytest.raises(ValidationError, match="Another award goes to"):
        actions.mark_ready(spark=sparks[1], by=builder, payee=other)


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    "both", ["07700 900123 or 07700 900999", "+44 7700 900123 07700 900999", "07700900123/07700900999"]
)
def test_every_number_of_a_text_is_compared(both, is_first, public, builder, manager):
    typed = (both, "07700 900123") if is_first else ("07700 900123", both)
    first, second = (through_the_door(public, builder, phone=each, phone_key=phone_key(each)) for each in typed)
    actions.approve_spark(spark=first, by=manager)
    assert splitting.awarded_to_group(second) == Decimal(240)


#: Texts for a phone number, a number, and whether it is one of those in the text.
SHORT_TEXTS = (
    ("496012/496555", "496012", True),
    ("496012/496555", "496555", True),
    ("496012 496555", "496012", True),
    ("496012, 496555", "496012", True),
    ("07700900123 ext 5", "07700 900123", True),
    ("07700900123 x5", "+44 7700 900123", True),
    ("0770090 0123(2)", "0770090 0123", True),
    ("+44 7700 900123 5", "07700 900123", True),
    ("0044 7700900123-5", "07700 900123", True),
    ("7700900123 7700900999", "07700 900123", True),
    ("7700 900123 7700 900999", "07700 900123", True),
    ("07700 900123 496555", "07700 900123", True),
    ("07700 900123 496555", "496555", True),
    ("+447700 900123", "+447700 900456", False),
    ("0117496 0123", "0117496 0456", False),
    ("7700 900123", "7700 900456", False),
    ("496012/496555", "496013", False),
    ("07700900123 ext 512345", "07700 900999", False),
    ("12/34", "12", False),
)


@pytest.mark.parametrize("is_resident", [True, False])
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(("text", "number", "is_one"), SHORT_TEXTS)
def test_a_short_text_can_hold_two_numbers_too(
    text, number, is_one, is_first, is_resident, public, team, builder, manager
):
    """On both sides, from the public page and from the record of a resident, whose key is that of all digits of the text."""
    sparks = []
    for typed in (text, number) if is_first else (number, text):
        if is_resident and typed == text:
            known = SparkFactory(round=public.round, created_by=builder, group_name="", amount_gbp=Decimal(240))
            known.applicants.add(PersonFactory(team=team, phone=typed, phone_key=phone_key(typed)))
            sparks.append(actions.submit_spark(spark=known, by=builder))
        else:
            sparks.append(through_the_door(public, builder, phone=typed, phone_key=phone_key(typed)))
    first, second = sparks
    actions.approve_spark(spark=first, by=manager)
    assert splitting.awarded_to_group(second) == (Decimal(240) if is_one else 0)


@pytest.mark.parametrize("blank", ["\u2800", "\u3164\u2800", "\U0001d173", "\U00013430", "\u0301", "\U00016fe4"])
def test_a_payee_whom_nobody_can_see_is_none(blank, pot, builder, manager):
    values = {"group_name": "Bees", "created_by": builder, "held_by": HeldBy.GROUP, "host": None}
    spark = actions.approve_spark(spark=asking(pot, **values), by=manager)
    assert actions.mark_ready(spark=spark, by=builder, payee=blank).payee == "Bees"
    with pytest.raises(ValidationError, match="Enter who is to be paid"):
        actions.propose_payee(spark=spark, by=manager, payee=blank, reason="It is theirs.")
