"""What the database itself enforces: audit entries that never change, email addresses in lower case, unique names."""

import pytest
from django.contrib.auth import authenticate
from django.db import DatabaseError, IntegrityError, connection, transaction

from communities import audit
from communities.models import AuditEntry, Partner, Role, Team, User
from communities.verbs import Verb
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
    AuditEntryFactory(verb="update")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["update"]


@pytest.mark.sqlite
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_audit_entries_cannot_be_replaced(db, recursive):
    entry = AuditEntryFactory(verb="update")
    columns = [field.column for field in AuditEntry._meta.concrete_fields if field.column != "verb"]
    sql = (
        f"INSERT OR REPLACE INTO communities_auditentry (verb, {', '.join(columns)})"
        f" SELECT 'delete', {', '.join(columns)} FROM communities_auditentry"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA recursive_triggers={recursive}")
    try:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers=ON")
    assert AuditEntry.objects.get(pk=entry.pk).verb == "update"
    assert AuditEntryFactory().pk != entry.pk


@pytest.mark.sqlite
def test_deleted_rows_are_overwritten_in_the_database_file(db):
    with connection.cursor() as cursor:
        asked = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("secure_delete", "recursive_triggers")
        }
    assert asked == {"secure_delete": 1, "recursive_triggers": 1}


def test_audit_entries_cannot_be_changed_in_python(db):
    entry = AuditEntryFactory()
    for act in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(verb="update"),
    ):
        with pytest.raises(TypeError, match="append-only"):
            act()


def test_audit_entries_outlive_the_rows_they_are_about(db):
    team, user = TeamFactory(), UserFactory()
    entry = audit.record(by=user, verb="create", obj=team)
    user.delete()
    team.delete()
    entry.refresh_from_db()
    assert (entry.model, entry.object_id) == ("communities.team", entry.object_id)


def test_record_takes_the_team_from_the_object_unless_given(team, other_team, builder):
    partner = PartnerFactory(team=team)
    entries = [
        audit.record(by=builder, verb="update", obj=partner, fields=["b", "a", "b"]),
        audit.record(by=builder, verb="update", obj=team),
        audit.record(by=None, verb="update", obj=builder, team=other_team),
        audit.record(by=None, verb="update", obj=builder),
        audit.record(by=None, verb="update", obj=builder, team=team.pk),
    ]
    assert [entry.team_id for entry in entries] == [team.pk, team.pk, other_team.pk, None, team.pk]
    assert entries[0].field_names == ["a", "b"]


def test_record_many_adds_a_row_for_each(team, builder):
    assert audit.record_many(by=builder, verb="update", team=team, model=Partner, ids=[3, 5], fields=["name"]) == 2
    assert list(AuditEntry.objects.order_by("pk").values_list("team", "model", "object_id", "field_names")) == [
        (team.pk, "communities.partner", "3", ["name"]),
        (team.pk, "communities.partner", "5", ["name"]),
    ]


def test_verbs_have_labels(db):
    assert AuditEntryFactory(verb="reset_password").get_verb_display() == "Reset a password by email"


def test_the_database_knows_every_verb_and_no_other(db):
    for verb in Verb:
        AuditEntryFactory(verb=verb, rows=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntryFactory(verb="changed")


def test_an_export_is_recorded_with_its_number_of_rows(team, builder):
    audit.record_export(by=builder, team=team, model=Partner, rows=3, fields=["name", "kind", "name"])
    audit.record_export(by=None, team=team.pk, model=Partner, rows=0, what=7)
    entries = AuditEntry.objects.order_by("pk").values_list(
        "actor", "verb", "model", "object_id", "field_names", "rows"
    )
    assert list(entries) == [
        (builder.pk, "export", "communities.partner", "", ["kind", "name"], 3),
        (None, "export", "communities.partner", "7", [], 0),
    ]
    assert set(AuditEntry.objects.values_list("team", flat=True)) == {team.pk}


def test_an_export_needs_its_number_of_rows(team, builder):
    with pytest.raises(IntegrityError, match="export_counted"), transaction.atomic():
        audit.record(by=builder, verb="export", obj=team)


def test_create_user_stores_addresses_in_lower_case(db):
    user = User.objects.create_user("Nell@Example.ORG", PASSWORD, name="Nell")
    assert user.email == "nell@example.org"
    assert authenticate(username="NELL@example.org", password=PASSWORD) == user
    assert not User.objects.create_user("other@example.org", name="O").has_usable_password()
    with pytest.raises(ValueError, match="email"):
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
        lambda: TeamFactory(small_number_threshold=4),
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
def test_the_database_refuses_invalid_rows(db, make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_roles_are_fetched_once_and_belong_to_a_team(team, other_team, django_assert_num_queries):
    user = UserFactory(roles={team: [Role.BUILDER, Role.EVALUATOR]})
    with django_assert_num_queries(1):
        assert user.has_role(team, Role.BUILDER)
        assert not user.has_role(team, Role.MANAGER)
        assert not user.has_role(other_team.pk, *Role)
        assert not user.manages_any_team
        assert user.team_ids(Role.EVALUATOR) == [team.pk]


def test_rows_are_visible_by_role(team, other_team, builder, manager, stranger, administrator):
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


def test_partners_and_members_have_readable_names(db):
    partner = PartnerFactory(is_host=True, is_steering_member=True)
    assert partner.parts == ["hosts builders", "sits on the steering group"]
    membership = MembershipFactory(user=UserFactory(name="Bea"), team=TeamFactory(name="Brookside"))
    assert [str(partner), str(membership)] == [partner.name, "Bea, Builder, Brookside"]
