"""Teams, users, memberships, invitations and neighbourhoods."""

from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.compiled import compiled_once
from communities.disclosure import LEAST_THRESHOLD


class UserManager(BaseUserManager):
    """Create users, who sign in with an email address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Create a user; without a password they can sign in only after a reset or an invitation.

        Raises: ValueError without an email address.
        """
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Create an administrator."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str) -> "User":
        """Return the user with an email address, ignoring case."""
        return self.get(email=username.strip().lower())


class Role(models.TextChoices):
    """What a member does in a team; a member can have several roles."""

    BUILDER = "builder", _("Builder")
    MANAGER = "manager", _("Manager")
    EVALUATOR = "evaluator", _("Evaluator")
    DEPUTY = "deputy", _("Deputy")
    PAYER = "payer", _("Payer")


#: Roles that decide on money or pay. They hold once a second person has confirmed them.
MONEY_ROLES = (Role.MANAGER, Role.DEPUTY, Role.PAYER)


class User(AbstractUser):
    """A user, who signs in by email address; memberships give permissions."""

    username = None
    first_name = None
    last_name = None
    email = models.EmailField(
        _("email address"), unique=True, error_messages={"unique": _("There is already an account with this address.")}
    )
    name = models.CharField(_("name"), max_length=120)
    has_drafts = models.BooleanField(
        default=False, editable=False, help_text="May have open drafts; False spares every page a query."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="%(app_label)s_%(class)s_email_lower",
                violation_error_message=_("Email addresses must be in lower case."),
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name, for Django's admin."""
        return self.name

    get_short_name = get_full_name

    @property
    def roles_by_team(self) -> dict[int, frozenset[str]]:
        """Return the user's roles by team id; queried once per object, so once per request."""
        if not hasattr(self, "_roles_by_team"):
            found: dict[int, set[str]] = {}
            self._unconfirmed_in: set[int] = set()
            for team_id, role, confirmed_at in _roles_of(user=self):
                found.setdefault(team_id, set()).add(role)
                if role in MONEY_ROLES and not confirmed_at:
                    self._unconfirmed_in.add(team_id)
            self._roles_by_team = {team_id: frozenset(roles) for team_id, roles in found.items()}
        return self._roles_by_team

    def has_role(self, team: "Team | int | None", *roles: str) -> bool:
        """Return whether the user has any of the roles in the team; an administrator has every role."""
        if team is None or not self.is_active:
            return False
        if self.is_superuser:
            return True
        team_id = team if isinstance(team, int) else team.pk
        return not self.roles_by_team.get(team_id, frozenset()).isdisjoint(roles)

    def is_confirmed_manager(self, team: "Team | int | None") -> bool:
        """Return whether the user manages the team and a second person has confirmed it; administrators need none.

        Only then do they decide on money and pay.
        """
        return self.has_role(team, Role.MANAGER) and self.decides_on_money(team)

    def decides_on_money(self, team: "Team | int | None") -> bool:
        """Return whether the user has a role that decides or pays, and a second person has confirmed every such role."""
        if not self.has_role(team, *MONEY_ROLES):
            return False
        team_id = team if isinstance(team, int) else getattr(team, "pk", None)
        return self.is_superuser or (bool(self.roles_by_team) and team_id not in self._unconfirmed_in)

    def team_ids(self, *roles: str) -> list[int]:
        """Return ids of the teams where the user has any of the roles, or any role at all if none is given."""
        wanted = set(roles or Role.values)
        return [team_id for team_id, held in self.roles_by_team.items() if held & wanted]

    @property
    def manages_any_team(self) -> bool:
        """Return whether the user manages any team, which gives access to the admin."""
        return bool(self.team_ids(Role.MANAGER))


@compiled_once
def _roles_of(*, user: User) -> models.QuerySet:
    return Membership.objects.filter(user=user).order_by().values_list("team_id", "role", "confirmed_at")


class TeamScopedQuerySet(models.QuerySet):
    """Rows that belong to a team. Every read goes through `visible_to` or `countable_by`."""

    #: Roles that can read these rows; subclasses restrict it.
    reading_roles: ClassVar[tuple[str, ...]] = tuple(Role.values)
    #: The lookup from a row to its team's id.
    team_path: ClassVar[str] = "team_id"

    def _in_teams(self, user, roles) -> Self:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(**{f"{self.team_path}__in": user.team_ids(*roles)})

    def visible_to(self, user) -> Self:
        """Return the rows that the user may read; other teams' rows do not exist for them."""
        return self._in_teams(user, self.reading_roles)

    def countable_by(self, user) -> Self:
        """Return the rows that the user may count, without reading them unless `visible_to` includes them."""
        return self._in_teams(user, tuple(Role.values))

    def managed_by(self, user) -> Self:
        """Return the rows of the teams that the user manages, for the admin."""
        return self._in_teams(user, (Role.MANAGER,))


class TeamQuerySet(TeamScopedQuerySet):
    """Teams, visible to their members."""

    team_path = "pk"


class Team(models.Model):
    """A host organisation's community-building team in a local authority."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name in web addresses"), max_length=60, unique=True)
    authority = models.CharField(_("local authority"), max_length=120, blank=True)
    host_organisation = models.CharField(_("host organisation"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en-gb")
    approval_limit_gbp = models.DecimalField(
        _("limit for one manager’s approval (£)"),
        max_digits=12,
        decimal_places=2,
        default=Decimal("250.00"),
        help_text=_("Above this amount, two people decide."),
    )
    small_number_threshold = models.PositiveSmallIntegerField(
        _("hide counts of people below"),
        default=5,
        help_text=_("A smaller number could show who they are, so figures and files hide it. 0 is shown."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(approval_limit_gbp__gte=0),
                name="%(app_label)s_%(class)s_limit_not_negative",
                violation_error_message=_("The limit cannot be less than £0."),
            ),
            models.CheckConstraint(
                condition=models.Q(small_number_threshold__gte=LEAST_THRESHOLD, small_number_threshold__lte=20),
                name="%(app_label)s_%(class)s_threshold_range",
                violation_error_message=_("Choose a number from 5 to 20."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One role of a user in a team; several roles are several rows."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        help_text=_("Who invited them or gave them the role; empty if a command did."),
    )  # fmt: skip
    confirmed_at = models.DateTimeField(
        null=True, blank=True, editable=False,
        help_text=_("From this day on a manager can decide on money and pay. They cannot before a second person has confirmed them."),
    )  # fmt: skip
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("team", "user", "role")
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "team", "role"),
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("This person already has that role in the team."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="%(app_label)s_%(class)s_role_known"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True)
                | (
                    models.Q(confirmed_at__isnull=False)
                    & ~models.Q(confirmed_by=models.F("user"))
                    & (models.Q(granted_by__isnull=True) | ~models.Q(confirmed_by=models.F("granted_by")))
                ),
                name="%(app_label)s_%(class)s_confirmed_by_a_second",
                violation_error_message=_("A manager is confirmed by somebody else, who did not invite them."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.team}"


class Invitation(models.Model):
    """An invitation to join a team, accepted by a one-time link sent by email."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("email address"))
    name = models.CharField(_("name"), max_length=120)
    roles = models.JSONField(_("roles"), default=list)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("email sent"), null=True, blank=True)
    send_failed_at = models.DateTimeField(_("email not sent"), null=True, blank=True)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="%(app_label)s_%(class)s_accepted_pair",
            ),
            models.UniqueConstraint(
                "team",
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="%(app_label)s_%(class)s_one_open",
                violation_error_message=_("This person already has an open invitation."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.email}, {self.team}"

    @property
    def is_open(self) -> bool:
        """Return whether the link still works."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()


class IdempotencyKey(models.Model):
    """A key under which a row was written, and a keyed digest of what was sent; see `communities.idempotency`.

    made: the primary key of the row, in the table of the action's model, which the digest names by the action. It is null only
    inside the transaction that claims the key and writes the row. No foreign key: rows of every model have keys, and a key
    outlives a deleted row, so that a second sending is told that it was deleted.
    Stored for `KEPT_DAYS`, longer than a page can stay open: a session ends after two weeks.
    """

    KEPT_DAYS = 30

    uuid = models.UUIDField(primary_key=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    made = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")

    def __str__(self) -> str:
        return str(self.uuid)


class Neighbourhood(models.Model):
    """A place that residents recognise as theirs, with the outline they drew."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="neighbourhoods")
    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(
        _("official code"),
        max_length=40,
        blank=True,
        help_text=_("For example a ward code, if the outline is a ward’s."),
    )
    population = models.PositiveIntegerField(_("how many people live here"), null=True, blank=True)
    boundary_story = models.TextField(_("how residents drew it"), blank=True)
    boundary = models.TextField(
        _("outline"), blank=True, help_text=_("A GeoJSON polygon, longitude before latitude (WGS 84).")
    )
    min_lat = models.FloatField(null=True, blank=True, editable=False)
    min_lng = models.FloatField(null=True, blank=True, editable=False)
    max_lat = models.FloatField(null=True, blank=True, editable=False)
    max_lng = models.FloatField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("neighbourhood")
        verbose_name_plural = _("neighbourhoods")
        constraints = (
            models.UniqueConstraint(
                "team",
                Lower("name"),
                name="%(app_label)s_%(class)s_name_once",
                violation_error_message=_("The team already has a neighbourhood with this name."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    boundary="", min_lat__isnull=True, min_lng__isnull=True, max_lat__isnull=True, max_lng__isnull=True
                )
                | (
                    ~models.Q(boundary="")
                    & models.Q(
                        min_lat__isnull=False, min_lng__isnull=False, max_lat__isnull=False, max_lng__isnull=False
                    )
                ),
                name="%(app_label)s_%(class)s_outline_has_box",
            ),
        )

    def __str__(self) -> str:
        return self.name
