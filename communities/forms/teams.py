"""Forms for the team's settings, members and invitations."""

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import gettext_lazy as _

from communities.forms.amounts import MoneyField
from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import Role, Team, User
from communities.rules import LIMIT, SETTINGS, can_set_limit


def role_field() -> forms.MultipleChoiceField:
    """Return a field for one or more roles."""
    return forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Builders log conversations and walk the neighbourhood. Managers decide on sparks and look after the team. "
            "Evaluators read numbers and stories, never names. Deputies decide on sparks and pay awards when managers cannot. "
            "Payers record payments of awards that others approved; a payer can work for the organisation that holds the money."
        ),
        error_messages={"required": _("Choose at least one role.")},
    )


class TeamForm(SeenMixin, forms.ModelForm):
    """The team's settings that a manager can change; administrators can also change the limit."""

    class Meta:
        model = Team
        fields = SETTINGS
        field_classes = {LIMIT: MoneyField}  # noqa: RUF012 - Django's own form

    def __init__(self, *args: object, user: User, **kwargs: object):
        """Remove the limit unless the user can set it."""
        super().__init__(*args, **kwargs)
        if not can_set_limit(user):
            del self.fields[LIMIT]


class InvitationForm(KeyMixin, forms.Form):
    """Invite a person, with their roles."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("Email address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    roles = role_field()


class MemberForm(SeenMixin, forms.Form):
    """Change a member's roles."""

    roles = role_field()


class JoinForm(SetPasswordMixin, forms.Form):
    """Name and password of an invited person without an account."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, *args: object, email: str, **kwargs: object):
        """Store the address, because the password must not be similar to it."""
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict:
        """Compare the two passwords and validate them."""
        self.validate_passwords()
        person = User(email=self.email, name=self.cleaned_data.get("name", ""))
        self.validate_password_for_user(person, "password1")
        return super().clean()
