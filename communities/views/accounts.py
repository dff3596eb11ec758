"""Signing in and out, passwords, and what lies behind More."""

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from communities.forms.accounts import ChangePasswordForm, NewPasswordForm, ResetForm, SignInForm

sign_in = auth_views.LoginView.as_view(
    template_name="communities/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
)
# Signing out twice ends at the sign-in page, not at a sign-in that leads to signing out.
sign_out = login_not_required(auth_views.LogoutView.as_view())

# The same page whether or not somebody has the address, so that it tells a stranger nothing.
password_reset = auth_views.PasswordResetView.as_view(
    template_name="communities/password_reset.html",
    form_class=ResetForm,
    email_template_name="communities/email/password_reset.txt",
    subject_template_name="communities/email/password_reset_subject.txt",
    success_url=reverse_lazy("communities:password-reset-sent"),
)
password_reset_sent = auth_views.PasswordResetDoneView.as_view(template_name="communities/password_reset_sent.html")
password_reset_confirm = auth_views.PasswordResetConfirmView.as_view(
    template_name="communities/password_reset_confirm.html",
    form_class=NewPasswordForm,
    success_url=reverse_lazy("communities:password-reset-done"),
)
password_reset_done = auth_views.PasswordResetCompleteView.as_view(template_name="communities/password_reset_done.html")


class ChangePassword(auth_views.PasswordChangeView):
    """Change one's own password and stay signed in here; other sessions end."""

    template_name = "communities/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("today")

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        """Say that it is done."""
        messages.success(self.request, _("Your password is changed. Everywhere else you are signed out."))
        return super().form_valid(form)


password_change = ChangePassword.as_view()


@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """Show the rest of the navigation as a page, for phones."""
    return render(request, "communities/more.html")
