"""What the database itself keeps: the audit's rows as they are, addresses in small letters, one of each name."""

import pytest
from django.contrib.auth import authenticate
from django.db import DatabaseError, IntegrityError, connection, transaction

from communities import audit
from communities.models import AuditEntry, Partner, Role, Team, User
from tests.factories.communities import (
    PASSWORD,
    AuditEntryFactory,
    InvitationFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PartnerFactory,
    TeamFactory,
    UserFactory,
)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE communities_auditentry SET verb = 'nothing'",
        "UPDATE communities_auditentry SET team_id = NULL",
        "DELETE FROM communities_auditentry",
    ],
)
def test_the_database_refuses_to_change_the_audit(db, sql):
    AuditEntryFactory(verb="did")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["did"]


def test_the_audit_refuses_in_python_too(db):
    entry = AuditEntryFactory()
    for act in (entry.save, entry.delete, AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update(verb="x")):
        with pytest.raises(TypeError, match="append-only"):
            act()


def test_the_audit_outlives_what_it_tells_of(db):
    team, user = TeamFactory(), UserFactory()
    entry = audit.record(by=user, verb="create", obj=team)
    user.delete()
    team.delete()
    entry.refresh_from_db()
    assert (entry.model, entry.object_id) == ("communities.team", entry.object_id)


def test_record_takes_the_team_from_the_object_unless_given(team, other_team, builder):
    partner = PartnerFactory(team=team)
    entries = [
        audit.record(by=builder, verb="x", obj=partner, fields=["b", "a", "b"]),
        audit.record(by=builder, verb="x", obj=team),
        audit.record(by=None, verb="x", obj=builder, team=other_team),
        audit.record(by=None, verb="x", obj=builder),
        audit.record(by=None, verb="x", obj=builder, team=team.pk),
    ]
    assert [entry.team_id for entry in entries] == [team.pk, team.pk, other_team.pk, None, team.pk]
    assert entries[0].field_names == ["a", "b"]


def test_record_many_adds_a_row_for_each(team, builder):
    assert audit.record_many(by=builder, verb="import", team=team, model=Partner, ids=[3, 5], fields=["name"]) == 2
    assert list(AuditEntry.objects.order_by("pk").values_list("team", "model", "object_id", "field_names")) == [
        (team.pk, "communities.partner", "3", ["name"]),
        (team.pk, "communities.partner", "5", ["name"]),
    ]


def test_verbs_are_told_in_words(db):
    assert AuditEntryFactory(verb="import_update").verb_in_words == "changed from a file"
    assert AuditEntryFactory(verb="decide_yes").verb_in_words == "decide yes"


def test_create_user_keeps_addresses_small(db):
    user = User.objects.create_user("Nell@Example.ORG", PASSWORD, name="Nell")
    assert user.email == "nell@example.org"
    assert authenticate(username="NELL@example.org", password=PASSWORD) == user
    assert not User.objects.create_user("other@example.org", name="O").has_usable_password()
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("", name="N")
    boss = User.objects.create_superuser("boss@example.org", PASSWORD, name="B")
    assert (boss.is_staff, boss.is_superuser, boss.get_full_name(), boss.get_short_name()) == (True, True, "B", "B")


@pytest.mark.parametrize(
    "make",
    [
        lambda: User.objects.create(email="Big@example.org", name="Big"),
        lambda: [UserFactory(email="same@example.org") for _each in range(2)],
        lambda: MembershipFactory(role="king"),
        lambda: [MembershipFactory(user=user, team=team) for user, team in [(UserFactory(), TeamFactory())] * 2],
        lambda: TeamFactory(approval_limit_gbp=-1),
        lambda: TeamFactory(small_number_threshold=0),
        lambda: TeamFactory(small_number_threshold=21),
        lambda: [PartnerFactory(team=team, name=name) for team in [TeamFactory()] for name in ("Trust", "TRUST")],
        lambda: PartnerFactory(kind="gang"),
        lambda: [NeighbourhoodFactory(team=team, name=name) for team in [TeamFactory()] for name in ("Brook", "brook")],
        lambda: NeighbourhoodFactory(boundary="{}"),
        lambda: NeighbourhoodFactory(min_lat=1.0),
        lambda: InvitationFactory(accepted_by=UserFactory()),
        lambda: [
            InvitationFactory(team=team, email=mail) for team in [TeamFactory()] for mail in ("a@x.org", "A@x.org")
        ],
    ],
)
def test_the_database_refuses_what_cannot_be(db, make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_roles_are_read_once_and_belong_to_a_team(team, other_team, django_assert_num_queries):
    user = UserFactory(roles={team: [Role.BUILDER, Role.EVALUATOR]})
    with django_assert_num_queries(1):
        assert user.has_role(team, Role.BUILDER)
        assert not user.has_role(team, Role.MANAGER)
        assert not user.has_role(other_team.pk, *Role)
        assert not user.manages_any_team
        assert user.team_ids(Role.EVALUATOR) == [team.pk]


def test_rows_are_seen_by_role(team, other_team, builder, manager, stranger, administrator):
    AuditEntryFactory(team=team)
    counts = {
        person.name: (AuditEntry.objects.visible_to(person).count(), AuditEntry.objects.countable_by(person).count())
        for person in (builder, manager, stranger, administrator)
    }
    assert counts == {
        "Bea Builder": (0, 1),
        "Mo Manager": (1, 1),
        "Sam Stranger": (0, 0),
        "Ada Administrator": (1, 1),
    }
    assert set(Team.objects.visible_to(builder)) == {team}
    assert set(Team.objects.managed_by(builder)) == set()
    assert set(Team.objects.managed_by(manager)) == {team}
    manager.is_active = administrator.is_active = False
    assert not Team.objects.visible_to(manager).exists()
    assert not Team.objects.visible_to(administrator).exists()


def test_partners_and_members_in_words(db):
    partner = PartnerFactory(is_host=True, is_steering_member=True)
    assert partner.parts == ["hosts builders", "sits on the steering group"]
    membership = MembershipFactory(user=UserFactory(name="Bea"), team=TeamFactory(name="Brookside"))
    assert [str(partner), str(membership)] == [partner.name, "Bea, Builder, Brookside"]
