"""Replace the key that phones seal with, and destroy keys that were replaced more than 90 days ago."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from connectors.capture import queries
from connectors.capture.actions.sealing_keys import destroy_old_keys, rotate_key
from connectors.capture.sealing import SealError
from connectors.models import SealingKey


class Command(BaseCommand):
    """Run it by a timer, for example monthly; running it more often is harmless."""

    help = "Create a new sealing key, and destroy keys that were replaced more than 90 days ago."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("--only-destroy", action="store_true", help="do not replace the key in use")
        parser.add_argument("--check", action="store_true", help="only check whether every key can be unlocked")

    def handle(self, *, only_destroy: bool, check: bool, **options: object) -> None:
        """Rotate, destroy or check, and print what was done."""
        if check:
            self._check()
            return
        if not only_destroy:
            self.stdout.write(f"Phones now seal with key {rotate_key().kid}.")
        try:
            destroyed = destroy_old_keys()
        except SealError as error:
            raise CommandError(str(error)) from error
        for key in destroyed:
            self.stdout.write(f"Destroyed key {key.kid}, replaced on {key.retired_at:%Y-%m-%d}.")

    def _check(self) -> None:
        """Print of each key whether it can be decrypted, and fail if one cannot."""
        locked = [key.kid for key in SealingKey.objects.exclude(private_locked="")]
        shut = [kid for kid in locked if queries.private_key(kid) is None]
        for kid in locked:
            self.stdout.write(f"{kid}: {'LOCKED with a secret that is not set' if kid in shut else 'opens'}")
        if shut:
            raise SystemExit(1)
