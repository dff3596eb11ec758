"""The team's settings, its members and invitations."""

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import gettext_lazy as _

from communities.actions.teams import LIMIT, SETTINGS
from communities.forms.seen import SeenMixin
from communities.models import Role, Team, User
from communities.rules import can_set_limit
from communities.widgets import MoneyInput


def role_field() -> forms.MultipleChoiceField:
    """Return the choice of roles, of which a member may hold several."""
    return forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Builders log conversations and walk the neighbourhood. Managers decide on sparks and look after the team. "
            "Evaluators read numbers and stories, never names."
        ),
        error_messages={"required": _("Choose at least one role.")},
    )


class TeamForm(SeenMixin, forms.ModelForm):
    """What a manager may change about the team, and an administrator the limit too."""

    class Meta:
        model = Team
        fields = SETTINGS
        widgets = {LIMIT: MoneyInput()}  # noqa: RUF012 - Django's own form

    def __init__(self, *args: object, user: User, **kwargs: object):
        """Offer the limit to those who may set it."""
        super().__init__(*args, **kwargs)
        if not can_set_limit(user):
            del self.fields[LIMIT]


class InvitationForm(forms.Form):
    """Whom to invite, and what they will do."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    roles = role_field()


class MemberForm(forms.Form):
    """What a member does in the team."""

    roles = role_field()


class JoinForm(SetPasswordMixin, forms.Form):
    """Name and password of somebody who was invited and has no account yet."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, *args: object, email: str, **kwargs: object):
        """Keep the address, which the password must not resemble."""
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict:
        """Compare the two passwords and check them against the rules."""
        self.validate_passwords()
        person = User(email=self.email, name=self.cleaned_data.get("name", ""))
        self.validate_password_for_user(person, "password1")
        return super().clean()
