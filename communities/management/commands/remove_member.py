"""`manage.py remove_member`: end a membership, and hand over what the person looked after."""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from communities.actions.members import remove_member
from communities.handover import Choices, held_by
from communities.models import Team, User


class Command(BaseCommand):
    """List what somebody looks after in a team, or remove them and hand it over."""

    help = "Remove somebody from a team, and hand over what they look after."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("email", help="the email address of who leaves")
        parser.add_argument("--team", required=True, help="the team's short name")
        parser.add_argument("--to", help="the email address of the colleague who takes everything on")
        parser.add_argument("--dry-run", action="store_true", help="only list what they look after")

    def handle(self, *, email: str, team: str, to: str | None, dry_run: bool, **options: object) -> None:
        """List, or remove, and print the result."""
        where = Team.objects.filter(slug=team).first()
        if where is None:
            raise CommandError(f"No team has the short name {team}.")
        user, colleague = self._member(email, where), self._member(to, where) if to else None
        held = held_by(user, where)
        for each in held:
            self.stdout.write(str(each.words))
        if dry_run:
            self.stdout.write(
                f"{user.email} looks after {sum(each.count for each in held)} things. Nothing was changed."
            )
            return
        try:
            remove_member(team=where, user=user, by=None, choices=Choices(everything=colleague))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        went = f" What they looked after went to {colleague.email}." if held and colleague else ""
        self.stdout.write(f"{user.email} is no longer in {where.slug}.{went}")

    def _member(self, email: str, team: Team) -> User:
        user = User.objects.filter(email=email.strip().lower(), memberships__team=team).first()
        if user is None:
            raise CommandError(f"Nobody in {team.slug} signs in with {email}.")
        return user
