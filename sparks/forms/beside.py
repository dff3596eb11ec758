"""Forms of notes and attachments."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.widgets import WordsArea, WordsLine
from sparks.attached import AttachmentField


class NoteForm(KeyMixin, forms.Form):
    """A note to colleagues."""

    words = forms.CharField(
        label=_("Note"),
        widget=WordsArea(attrs={"rows": 2}),
        error_messages={"required": _("Enter your note.")},
    )


class AttachmentForm(KeyMixin, forms.Form):
    """A file, and what it is."""

    title = forms.CharField(
        label=_("What is it?"),
        max_length=120,
        widget=WordsLine,
        help_text=_("For example “Quote for the marquee”."),
        error_messages={"required": _("Say what it is.")},
    )
    file = AttachmentField(
        label=_("File"),
        help_text=_(
            "A PDF, a Word or OpenDocument text of up to 5 MB, or a photo of up to 10 MB. Photos lose their location."
        ),
    )
