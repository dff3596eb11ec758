"""A list of street champions: the file, and the rows of a rehearsal on their way to being written."""

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Team, User
from communities.spreadsheets import Limits, read_rows
from connectors.rules.champions import ChampionRow, clean_row, columns_left_out, columns_of

#: A page shows every row, so a file for the page is shorter than one for the command.
LIMITS = Limits(rows=2_000)
#: How long a rehearsal may lie open before its rows are read again, in seconds: a working day.
OPEN_FOR = 8 * 3600
_SALT = "kith.champions"


class ChampionsFileForm(forms.Form):
    """A file of champions. Once valid, `rows` holds what it says, and `left_out` the headings that nobody reads."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV (UTF-8) or Excel (.xlsx), up to 5 MB and 2,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )

    rows: list[ChampionRow]
    left_out: list[str]

    def clean_file(self) -> UploadedFile:
        """Open the file as a table. Raises: ValidationError saying what is wrong with it."""
        file = self.cleaned_data["file"]
        sheet = read_rows(file, LIMITS)
        columns, today = columns_of(sheet.headers), timezone.localdate()
        self.left_out = columns_left_out(sheet.headers, columns)
        self.rows = [clean_row(number, texts, columns=columns, today=today) for number, texts in sheet.rows]
        if not self.rows:
            raise ValidationError(_("This file has headings and no rows. Nothing was read."), code="no_rows")
        return file


def sealed(rows: list[ChampionRow], *, team: Team, user: User) -> str:
    """Return the rows of a rehearsal as one text that only this person can hand back, for this team."""
    texts = [[row.number, row.name, row.street, row.phone, row.email, _iso(row)] for row in rows if not row.problem]
    return signing.dumps(texts, salt=f"{_SALT}:{team.pk}:{user.pk}", compress=True)


def opened(text: str, *, team: Team, user: User) -> list[ChampionRow]:
    """Return the rows of a rehearsal. Raises: ValidationError for one that is too old, or was changed on the way."""
    try:
        texts = signing.loads(text, salt=f"{_SALT}:{team.pk}:{user.pk}", max_age=OPEN_FOR)
    except signing.BadSignature as error:
        raise ValidationError(
            _("This rehearsal is too old. Choose the file once more; nothing was written.")
        ) from error
    columns = {name: name for name in ("name", "street", "phone", "email", "since")}
    today = timezone.localdate()
    return [
        clean_row(number, dict(zip(columns, said, strict=True)), columns=columns, today=today)
        for number, *said in texts
    ]


def _iso(row: ChampionRow) -> str:
    return row.since.isoformat() if row.since else ""
