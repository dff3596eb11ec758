"""The form with which users change their own settings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import User

#: The hours of a day as people write them.
HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]


class OwnSettingsForm(forms.Form):
    """One's own name, and the hour of the email that says what waits."""

    name = forms.CharField(
        label=_("Name"), max_length=User._meta.get_field("name").max_length, help_text=_("As colleagues see it.")
    )
    hour = forms.TypedChoiceField(
        label=_("Daily email"),
        choices=[("", _("Never")), *HOURS],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_(
            "Tells you how many next steps, requests and sparks are waiting for you. You get no email on days when nothing is."
        ),
    )

    def __init__(self, *args, user: User, **kwargs):
        reminder = getattr(user, "reminder", None)
        initial = {"name": user.name, "hour": str(reminder.hour) if reminder else ""}
        super().__init__(*args, initial=initial, **kwargs)
