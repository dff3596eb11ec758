"""Import and export for the admin, kept to the teams a person manages; and the formats they use.

A subclass of `TeamScopedResource` says which fields: `class Meta(TeamScopedResource.Meta): model = Partner; fields = (...)`.
An `id` names an existing row; without one, a row is new. `team` is the team's short name; a manager of one team may leave
it out. Texts that a spreadsheet would take for a formula leave with an apostrophe in front and come back without it.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import ClassVar

import tablib
from django.core.exceptions import ValidationError
from django.db.models import Manager, Model, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from import_export import resources, widgets
from import_export.formats.base_formats import Format

from communities import audit
from communities.actions.partners import refuse_taking_self_off
from communities.models import Neighbourhood, Partner, Role, Team, User
from communities.queries.scope import rows_managed_by, team_id_of
from communities.spreadsheets import CSV_TYPE, XLSX_TYPE, csv_lines, read_rows, write_xlsx


class SpreadsheetFormat(Format):
    """What may be imported: CSV or XLSX, recognised by its content."""

    def __init__(self, encoding: str | None = None):
        """Take import-export's encoding and leave it: CSV is UTF-8."""

    def get_title(self) -> str:
        """Return the name in the form."""
        return _("CSV (UTF-8) or XLSX")

    def can_import(self) -> bool:
        """Return that files of this kind can be read."""
        return True

    def create_dataset(self, data: bytes) -> tablib.Dataset:
        """Return the rows of the file as texts. Raises: ValidationError for a file that cannot be read."""
        sheet = read_rows(io.BytesIO(data))
        dataset = tablib.Dataset(headers=sheet.headers)
        for _number, row in sheet.rows:
            dataset.append(list(row.values()))
        return dataset


class CsvFormat(Format):
    """CSV in UTF-8, marked as such for Excel."""

    def get_title(self) -> str:
        """Return the name in the form."""
        return "CSV"

    def get_extension(self) -> str:
        """Return the end of the file's name."""
        return "csv"

    def get_content_type(self) -> str:
        """Return the media type."""
        return CSV_TYPE

    def can_export(self) -> bool:
        """Return that files of this kind can be written."""
        return True

    def export_data(self, dataset: tablib.Dataset, **kwargs: object) -> bytes:
        """Return the file."""
        return "".join(csv_lines(dataset.headers, _tuples(dataset), bom=True)).encode()


class XlsxFormat(CsvFormat):
    """An Excel workbook whose texts are texts."""

    def get_title(self) -> str:
        """Return the name in the form."""
        return "XLSX"

    def get_extension(self) -> str:
        """Return the end of the file's name."""
        return "xlsx"

    def get_content_type(self) -> str:
        """Return the media type."""
        return XLSX_TYPE

    def export_data(self, dataset: tablib.Dataset, **kwargs: object) -> bytes:
        """Return the file."""
        file = io.BytesIO()
        write_xlsx(file, dataset.headers, _tuples(dataset))
        return file.getvalue()


def _tuples(dataset: tablib.Dataset) -> Iterable[Sequence[object]]:
    return (dataset[position] for position in range(len(dataset)))


class YesNoWidget(widgets.BooleanWidget):
    """Yes or no, in English as the headings are; true, 1 and their likes are read too."""

    TRUE_VALUES = (*widgets.BooleanWidget.TRUE_VALUES, "yes", "Yes", "YES", "y", "Y")
    FALSE_VALUES = (*widgets.BooleanWidget.FALSE_VALUES, "no", "No", "NO", "n", "N")

    def clean(self, value: object, row: dict | None = None, **kwargs: object) -> bool:
        """Return the answer; an empty cell is no. Raises: ValidationError for anything else."""
        if value in self.TRUE_VALUES:
            return True
        if value in self.FALSE_VALUES or value in (None, ""):
            return False
        raise ValidationError(
            _("“%(value)s” is neither yes nor no."), code="not_yes_no", params={"value": str(value)[:80]}
        )

    def render(self, value: object, obj: Model | None = None, **kwargs: object) -> str:
        """Return yes or no, and nothing for what is not known."""
        return "" if value is None else "yes" if value else "no"


class AmountWidget(widgets.DecimalWidget):
    """A number, exact."""

    def clean(self, value: object, row: dict | None = None, **kwargs: object) -> Decimal | None:
        """Return the number. Raises: ValidationError for what is none."""
        return _number(super().clean, value)


class WholeWidget(widgets.IntegerWidget):
    """A whole number."""

    def clean(self, value: object, row: dict | None = None, **kwargs: object) -> int | None:
        """Return the number. Raises: ValidationError for what is none."""
        number = _number(AmountWidget().clean, value)
        if number is not None and number != int(number):
            raise ValidationError(
                _("“%(value)s” is not a whole number."), code="number", params={"value": str(value)[:80]}
            )
        return None if number is None else int(number)


def _number(clean: Callable[[object], Decimal | None], value: object) -> Decimal | None:
    try:
        number = clean(value)
    except (ArithmeticError, ValueError):
        number = Decimal("nan")
    if number is not None and not (number.is_finite() and abs(number) < 10**18):
        raise ValidationError(_("“%(value)s” is not a number."), code="number", params={"value": str(value)[:80]})
    return number


class ScopedForeignKeyWidget(widgets.ForeignKeyWidget):
    """A relation looked up among the rows of the person's own teams, by `field`."""

    user: User | None = None

    def get_queryset(self, value: object, row: dict, *args: object, **kwargs: object) -> QuerySet:
        """Return the rows that may be named; none before the resource knows who asks."""
        return _mine(self.model, self.user)

    def clean(self, value: object, row: dict | None = None, **kwargs: object) -> Model | None:
        """Return the row named. Raises: ValidationError that does not tell a missing row from another team's."""
        if value in (None, ""):
            return None
        try:
            return super().clean(value, row=row, **kwargs)
        except (self.model.DoesNotExist, self.model.MultipleObjectsReturned, ValueError, TypeError) as error:
            raise ValidationError(
                _("“%(value)s” is no %(model)s of a team that you manage."),
                code="not_yours",
                params={"value": str(value)[:80], "model": self.model._meta.verbose_name},
            ) from error


class ScopedManyToManyWidget(widgets.ManyToManyWidget):
    """Several relations, separated by commas, looked up among the rows of the person's own teams."""

    user: User | None = None

    def clean(self, value: object, row: dict | None = None, **kwargs: object) -> QuerySet:
        """Return the rows named. Raises: ValidationError naming those that are not there for this person."""
        wanted = {part.strip() for part in str(value or "").split(self.separator)} - {""}
        try:
            found = _mine(self.model, self.user).filter(**{f"{self.field}__in": wanted})
            missing = wanted - {str(key) for key in found.values_list(self.field, flat=True)}
        except (ValueError, TypeError):
            missing = wanted
        if missing:
            raise ValidationError(
                _("“%(value)s” is no %(model)s of a team that you manage."),
                code="not_yours",
                params={"value": ", ".join(sorted(missing))[:80], "model": self.model._meta.verbose_name},
            )
        return found


def _mine(model: type[Model], user: User | None) -> QuerySet:
    rows = model._default_manager.all()
    return rows_managed_by(rows, user) if user is not None else rows.none()


class PlainDiff(resources.Diff):
    """What a row becomes, without the inline colours that the content security policy refuses."""

    def as_html(self) -> list[str]:
        """Return each field: as it is, or the old struck out before the new."""
        return [
            format_html("<del>{}</del> <ins>{}</ins>", "" if self.new else before, after)
            if before != after
            else str(after)
            for before, after in zip(self.left, self.right, strict=True)
        ]


NUMBERS = {"DecimalField": AmountWidget} | dict.fromkeys(
    ("IntegerField", "PositiveIntegerField", "BigIntegerField", "PositiveBigIntegerField", "SmallIntegerField",
     "PositiveSmallIntegerField"), WholeWidget
)  # fmt: skip


class TeamScopedResource(resources.ModelResource):
    """Rows of the teams that `user` manages, out and in; without a user, no rows."""

    class Meta:
        clean_model_instances = True
        use_transactions = True
        skip_unchanged = True
        report_skipped = True
        store_instance = True

    WIDGETS_MAP: ClassVar[dict] = {**resources.ModelResource.WIDGETS_MAP, **NUMBERS, "BooleanField": YesNoWidget}
    widgets_by_person: ClassVar[tuple[type, ...]] = (ScopedForeignKeyWidget, ScopedManyToManyWidget)

    def __init__(self, user: User | None = None, **kwargs: object):
        """Keep the person, and tell the relations' widgets who asks."""
        super().__init__(**kwargs)
        self.user = user
        for field in self.fields.values():
            if isinstance(field.widget, self.widgets_by_person):
                field.widget.user = user

    @classmethod
    def get_fk_widget(cls, field: object):
        """Look relations up among the person's own rows; a team by its short name."""
        model = resources.get_related_model(field)

        def widget(**kwargs: object) -> ScopedForeignKeyWidget:
            return ScopedForeignKeyWidget(model, **{"field": "slug" if model is Team else "pk", **kwargs})

        return widget

    @classmethod
    def get_m2m_widget(cls, field: object):
        """Look relations up among the person's own rows."""
        model = resources.get_related_model(field)

        def widget(**kwargs: object) -> ScopedManyToManyWidget:
            return ScopedManyToManyWidget(model, **{"field": "email" if model is User else "pk", **kwargs})

        return widget

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: object, readonly: bool) -> object:
        """Write a relation as what its widget looks it up by, instead of its id."""
        field = super().field_from_django_field(field_name, django_field, readonly)
        if isinstance(field.widget, ScopedForeignKeyWidget):
            field.attribute, field.widget.key_is_id = field_name, False
        return field

    @classmethod
    def get_display_name(cls) -> str:
        """Return what the rows are called."""
        return str(cls._meta.model._meta.verbose_name_plural)

    @classmethod
    def get_diff_class(cls) -> type:
        """Return the diff that a strict browser shows."""
        return PlainDiff

    def get_queryset(self) -> QuerySet:
        """Return the rows that may leave, and that an `id` may name."""
        return _mine(self._meta.model, self.user)

    def filter_export(self, queryset: QuerySet, **kwargs: object) -> QuerySet:
        """Keep to the person's own teams whatever was asked for."""
        return rows_managed_by(queryset, self.user) if self.user is not None else queryset.none()

    def before_import(self, dataset: tablib.Dataset, **kwargs: object) -> None:
        """Refuse unknown headings: a column that is silently left out is a loss nobody sees."""
        known = {field.column_name for field in self.get_import_fields()}
        unknown = [heading for heading in dataset.headers if heading not in known]
        if unknown:
            raise ValidationError(
                _("Unknown headings: %(unknown)s. The headings that can be read are: %(known)s."),
                code="unknown_headings",
                params={"unknown": ", ".join(unknown), "known": ", ".join(sorted(known))},
            )
        if "id" not in dataset.headers and "id" in self.fields:
            dataset.append_col([""] * len(dataset), header="id")

    def before_import_row(self, row: dict, **kwargs: object) -> None:
        """Refuse an `id` that is not one of the person's own rows; fill in the team where there is only one."""
        number = str(row.get("id") or "").strip()
        if number and not (number.isdigit() and self.get_queryset().filter(pk=number[:18]).exists()):
            raise ValidationError(
                {"id": _("No %(model)s of a team that you manage has this id.") % {"model": self._name}},
                code="not_yours",
            )
        row["id"] = number or None
        if "team" in self.fields and not number and not row.get("team"):
            teams = list(_mine(Team, self.user)[:2])
            if len(teams) == 1:
                row["team"] = teams[0].slug

    @property
    def _name(self) -> str:
        return str(self._meta.model._meta.verbose_name)

    def import_instance(self, instance: Model, row: dict, **kwargs: object) -> None:
        """Fill the row, then refuse it when it would move to another team, or to one that the person does not manage."""
        before = team_id_of(instance) if instance.pk else None
        super().import_instance(instance, row, **kwargs)
        team_id = team_id_of(instance)
        if before not in (None, team_id):
            raise ValidationError({"team": _("This stays with its team.")}, code="moved")
        if team_id is None or not self.user.has_role(team_id, Role.MANAGER):
            raise ValidationError({"team": _("Name a team that you manage.")}, code="not_yours")
        for field in instance._meta.concrete_fields:
            related = getattr(instance, field.name, None) if field.many_to_one and field.name in row else None
            if (
                related is not None
                and not isinstance(related, Team | User)
                and team_id_of(related) not in (None, team_id)
            ):
                raise ValidationError({field.name: _("This belongs to another team.")}, code="other_team")

    def save_m2m(self, instance: Model, row: dict, **kwargs: object) -> None:
        """Set the relations, then refuse those of another team; the row's transaction takes them back."""
        super().save_m2m(instance, row, **kwargs)
        team_id = team_id_of(instance)
        for field in instance._meta.many_to_many:
            if field.name in self.fields and any(not _in_team(other, team_id) for other in _all(instance, field.name)):
                raise ValidationError({field.name: _("This belongs to another team.")}, code="other_team")

    def after_import_row(self, row: dict, row_result: object, **kwargs: object) -> None:
        """Audit the row: names of the columns, never their values."""
        verb = {"new": "create", "update": "update"}.get(row_result.import_type)
        if verb and not self._is_dry_run(kwargs):
            names = [name for name in row if name != "id"]
            team = team_id_of(row_result.instance)
            audit.record(by=self.user, verb=f"import_{verb}", obj=row_result.instance, fields=names, team=team)


def _all(instance: Model, name: str) -> Iterable[Model]:
    manager: Manager = getattr(instance, name)
    return manager.all()


def _in_team(other: Model, team_id: int) -> bool:
    if isinstance(other, User):
        return other.is_superuser or other.has_role(team_id, *Role.values)
    return team_id_of(other) in (None, team_id)


class NeighbourhoodResource(TeamScopedResource):
    """Neighbourhoods without their outlines."""

    class Meta(TeamScopedResource.Meta):
        model = Neighbourhood
        fields = ("id", "team", "name", "code", "population", "boundary_story")


class PartnerResource(TeamScopedResource):
    """Partners and the parts they play; those who sign for money by e-mail address, separated by commas."""

    class Meta(TeamScopedResource.Meta):
        model = Partner
        fields = (
            "id",
            "team",
            "name",
            "kind",
            "website",
            "is_host",
            "is_funder",
            "is_introducer",
            "is_fiscal_host",
            "is_steering_member",
            "signatories",
        )

    def save_m2m(self, instance: Partner, row: dict, **kwargs: object) -> None:
        """Set who signs, unless the person who asks would take themselves off; the row's transaction takes it back."""
        signing = list(instance.signatories.all())
        super().save_m2m(instance, row, **kwargs)
        refuse_taking_self_off(by=self.user, signing=signing, wanted=instance.signatories.all())
