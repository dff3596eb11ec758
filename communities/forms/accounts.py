"""Signing in, and one's own password."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, PasswordResetForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from communities.actions.accounts import change_password
from communities.models import User


class SignInForm(AuthenticationForm):
    """E-mail address and password; a wrong address and a wrong password read the same."""

    error_messages = {  # noqa: RUF012 - Django's own form
        "invalid_login": _("This e-mail address and password do not belong together. Check both, and try again."),
        "inactive": _("This account is closed."),
    }


class ResetForm(PasswordResetForm):
    """Where to send a link for a new password."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class NewPasswordForm(SetPasswordForm):
    """A new password, twice."""

    def save(self, commit: bool = True) -> User:
        """Set it, audited."""
        return change_password(user=self.user, password=self.cleaned_data["new_password1"])


class ChangePasswordForm(PasswordChangeForm):
    """The password of now, and a new one twice."""

    def save(self, commit: bool = True) -> User:
        """Set it, audited."""
        return change_password(user=self.user, password=self.cleaned_data["new_password1"])
