"""`manage.py unlock_account`: let somebody sign in again at once after too many attempts."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from communities.actions.accounts import unlock_account
from communities.models import User


class Command(BaseCommand):
    """Unlock an account as a last resort; normally, resetting the password unlocks it."""

    help = "Delete the sign-in attempts and reset requests for one account, and those from the same sources."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("email", help="the email address that the person signs in with")

    def handle(self, *, email: str, **options: object) -> None:
        """Unlock the account and print the result."""
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {email}.")
        forgotten = unlock_account(user=user)
        self.stdout.write(f"{user.email} can sign in at once: {forgotten} attempts were deleted.")
        if not user.is_active:
            self.stdout.write("But the account is closed. An administrator opens it in the admin.")
