"""A list of street champions: the file, and the rows of a preview until they are saved."""

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Team, User
from communities.spreadsheets import Limits, read_rows
from connectors.models import Person
from connectors.rules.champions import ChampionRow, clean_row, columns_left_out, columns_of, headings_understood

#: A page shows every row, so it accepts a shorter file than the command.
LIMITS = Limits(rows=2_000)
#: How long a preview can stay open before the file must be chosen again, in seconds: a working day.
OPEN_FOR = 8 * 3600
_SALT = "kith.champions"


class ChampionsFileForm(forms.Form):
    """A file of champions. Once valid, `rows` contains its rows.

    `left_out` are the headings that are not imported, `notes` sentences about how the file was read.
    """

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV (UTF-8) or Excel (.xlsx), up to 5 MB and 2,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )

    rows: list[ChampionRow]
    left_out: list[str]
    notes: list[str]

    def clean_file(self) -> UploadedFile:
        """Open the file as a table. Raises: ValidationError with what is wrong with it."""
        file = self.cleaned_data["file"]
        sheet = read_rows(file, LIMITS, headings_understood)
        try:
            columns, today = columns_of(sheet.headers), timezone.localdate()
        except ValidationError as error:
            raise ValidationError([error, *sheet.notes]) from error
        self.notes = list(sheet.notes)
        self.left_out = columns_left_out(sheet.headers, columns)
        self.rows = [clean_row(number, texts, columns=columns, today=today) for number, texts in sheet.rows]
        if not self.rows:
            raise ValidationError(_("This file has headings and no rows. Nothing was read."), code="no_rows")
        return file


def sealed(rows: list[ChampionRow], *, team: Team, user: User) -> str:
    """Return the rows of a preview as one signed text that only this user can send back, for this team."""
    texts = [[row.number, row.name, row.street, row.phone, row.email, _iso(row)] for row in rows if not row.problem]
    return signing.dumps(texts, salt=_salt(team, user), compress=True)


def opened(text: str, *, team: Team, user: User) -> list[ChampionRow]:
    """Return the rows of a preview.

    Raises: ValidationError for one that is too old, was tampered with, or was made before somebody was erased, whom its
    rows could bring back.
    """
    try:
        texts = signing.loads(text, salt=_salt(team, user), max_age=OPEN_FOR)
    except signing.BadSignature as error:
        raise ValidationError(_("This preview has expired. Nothing was imported. Choose the file again.")) from error
    columns = {name: name for name in ("name", "street", "phone", "email", "since")}
    today = timezone.localdate()
    return [
        clean_row(number, dict(zip(columns, said, strict=True)), columns=columns, today=today)
        for number, *said in texts
    ]


def _salt(team: Team, user: User) -> str:
    erased = Person.everyone.filter(team=team, erased_on__isnull=False).count()
    return f"{_SALT}:{team.pk}:{user.pk}:{erased}"


def _iso(row: ChampionRow) -> str:
    return row.since.isoformat() if row.since else ""
