"""Forms for signing in and passwords."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.actions.accounts import change_password, reset_password
from communities.actions.attempts import LINKS, PASSWORDS, Attempt, Limits, clear_attempt, record_attempt
from communities.browsers import source_of
from communities.models import User


def _try(limits: Limits, request: HttpRequest, email: str) -> Attempt:
    source = source_of(request, email)
    return record_attempt(limits=limits, account=email, source=source.name, is_known=source.is_known)


def _time(minutes: int) -> str:
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}


class SignInForm(AuthenticationForm):
    """Sign in with email address and password. The error is the same for a wrong address and a wrong password.

    `wrong_for` is the address for which a wrong password was checked, otherwise "".
    """

    wrong_for = ""
    error_messages = {  # noqa: RUF012 - Django's own form
        "invalid_login": _("This email address and password do not match. Check both and try again."),
        "inactive": _("This account is closed."),
        "too_many": _(
            "Too many attempts. Wait %(time)s, or reset your password with the link below: then you can "
            "sign in at once."
        ),
    }

    def clean(self) -> dict:
        """Count the attempt before checking the password, and delete it if the password is right."""
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not email or not password:
            return super().clean()
        attempt = _try(PASSWORDS, self.request, email)
        if attempt.is_refused:
            words = self.error_messages["too_many"] % {"time": _time(attempt.minutes)}
            raise ValidationError(words, code="too_many")
        try:
            cleaned = super().clean()
        except ValidationError:
            self.wrong_for = email
            raise
        clear_attempt(row=attempt.row)
        return cleaned


class ResetForm(forms.Form):
    """Ask for a password reset link, with a limit per hour so that nobody's inbox is flooded."""

    email = forms.EmailField(
        label=_("Email address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def __init__(self, *args: object, request: HttpRequest, **kwargs: object):
        """Store the request, for the source of the attempt."""
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict:
        """Refuse too many links, with the same message whether or not the address has an account."""
        cleaned = super().clean()
        email = cleaned.get("email")
        attempt = _try(LINKS, self.request, email) if email else None
        if attempt and attempt.is_refused:
            words = _(
                "You have already asked for several links. Check your email, and your junk folder: the newest link works "
                "for a day. You can ask again in %(time)s."
            )
            raise ValidationError(words % {"time": _time(attempt.minutes)}, code="too_many")
        return cleaned


class NewPasswordForm(SetPasswordForm):
    """Choose a new password, entered twice."""

    def save(self, commit: bool = True) -> User:
        """Set the password through the action."""
        return reset_password(user=self.user, password=self.cleaned_data["new_password1"])


class ChangePasswordForm(PasswordChangeForm):
    """Change one's password: the current one, and the new one twice."""

    def save(self, commit: bool = True) -> User:
        """Set the password through the action."""
        return change_password(user=self.user, password=self.cleaned_data["new_password1"])
