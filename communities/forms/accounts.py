"""Signing in, and one's own password."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, PasswordResetForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communities.actions.accounts import change_password
from communities.actions.attempts import forget_attempt, note_attempt
from communities.models import User


def network_address(meta: dict) -> str:
    """Return the network address that a request came from, from the server's own words about it.

    Behind a proxy that is the last entry of X-Forwarded-For, which the proxy wrote; all before it anybody may invent.
    """
    forwarded = meta.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or meta.get("REMOTE_ADDR", "")


class SignInForm(AuthenticationForm):
    """E-mail address and password; a wrong address and a wrong password read the same."""

    error_messages = {  # noqa: RUF012 - Django's own form
        "invalid_login": _("This e-mail address and password do not belong together. Check both, and try again."),
        "inactive": _("This account is closed."),
        "too_many": _(
            "Too many passwords were tried. Wait an hour, or choose a new password with the link below: then you can "
            "sign in at once."
        ),
    }

    def clean(self) -> dict:
        """Count the try before looking at the password, and take it back when the password is right."""
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not email or not password:
            return super().clean()
        rows = note_attempt(email=email, address=network_address(self.request.META))
        if rows is None:
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        cleaned = super().clean()
        forget_attempt(rows=rows)
        return cleaned


class ResetForm(PasswordResetForm):
    """Where to send a link for a new password; as many as passwords may be tried, so that nobody's post is flooded."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def save(self, *, request: HttpRequest, **options: object) -> None:
        """Send the link; say nothing when there were too many, for the page tells a stranger nothing either way."""
        # Counted apart from passwords: asking for links does not shut a whole office out of signing in.
        about = {"email": f"reset {self.cleaned_data['email']}", "address": f"reset {network_address(request.META)}"}
        if note_attempt(**about) is not None:
            super().save(request=request, **options)


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
