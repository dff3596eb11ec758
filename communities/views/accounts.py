"""Views for signing in and out, passwords, and the More page."""

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from communities.actions.accounts import audit_sign_in, audit_sign_out
from communities.browsers import remember_browser
from communities.forms.accounts import ChangePasswordForm, NewPasswordForm, ResetForm, SignInForm
from communities.tasks import audit_failed_sign_in_later, send_reset


class SignIn(auth_views.LoginView):
    """Sign in, and mark the browser as known to the account."""

    template_name = "communities/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """Audit the sign-in and remember the browser."""
        response = super().form_valid(form)
        audit_sign_in(user=form.get_user())
        remember_browser(self.request, response, form.get_user().email)
        return response

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """Audit a wrong password after the response, so that its duration does not reveal who has an account."""
        if form.wrong_for:
            audit_failed_sign_in_later.enqueue(form.wrong_for)
        return super().form_invalid(form)


class SignOut(auth_views.LogoutView):
    """Sign out. A second time also ends at the sign-in page, not at a sign-in that leads to signing out."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Audit the sign-out."""
        if request.user.is_authenticated:
            audit_sign_out(user=request.user)
        return super().post(request, *args, **kwargs)


class ResetPassword(FormView):
    """Ask for a password reset link; the response and its duration do not reveal whether the account exists."""

    template_name = "communities/password_reset.html"
    form_class = ResetForm
    success_url = reverse_lazy("communities:password-reset-sent")

    def get_form_kwargs(self) -> dict:
        """Pass the request to the form."""
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: ResetForm) -> HttpResponse:
        """Send the link after the response."""
        send_reset.enqueue(form.cleaned_data["email"], self.request.build_absolute_uri("/"))
        return super().form_valid(form)


class ChooseNewPassword(auth_views.PasswordResetConfirmView):
    """Choose a new password with a link, which proves whose browser it is."""

    template_name = "communities/password_reset_confirm.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("communities:password-reset-done")

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        """Mark the browser as known, so that the user can sign in at once, whatever others tried."""
        response = super().form_valid(form)
        remember_browser(self.request, response, self.user.email)
        return response


sign_in = SignIn.as_view()
sign_out = login_not_required(SignOut.as_view())
password_reset = login_not_required(ResetPassword.as_view())
password_reset_sent = auth_views.PasswordResetDoneView.as_view(template_name="communities/password_reset_sent.html")
password_reset_confirm = ChooseNewPassword.as_view()
password_reset_done = auth_views.PasswordResetCompleteView.as_view(template_name="communities/password_reset_done.html")


class ChangePassword(auth_views.PasswordChangeView):
    """Change one's own password; end all other sessions."""

    template_name = "communities/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("today")

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        """Add a success message."""
        messages.success(self.request, _("Your password has been changed. You have been signed out everywhere else."))
        return super().form_valid(form)


password_change = ChangePassword.as_view()


@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """Show the rest of the navigation as a page, for phones."""
    return render(request, "communities/more.html")
