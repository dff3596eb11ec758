"""`manage.py demo`: fill the database with a demonstration, print how to sign in, and serve it."""

import socket
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from communities import periods
from communities.models import Team
from config.demo import build
from evaluation import reports


class Command(BaseCommand):
    """`manage.py demo [--no-serve] [--port 8000] [--seed 1]`; running it again changes nothing."""

    help = "Fill this database with the demonstration, print how to sign in, and serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--no-serve", action="store_true", help="only prepare the database")
        parser.add_argument("--port", type=int, default=8000, help="the port to serve on (8000)")
        parser.add_argument("--seed", type=int, default=1, help="a different seed gives different data (1)")

    def handle(self, *args: object, **options: object) -> None:
        """Migrate, fill the database once, print the accounts and serve."""
        if not settings.DEBUG:
            raise CommandError("The demonstration's password is public, so it cannot be created with KITH_DEBUG=0.")
        port = options["port"]
        if not options["no_serve"]:
            self._check_port(port)
        call_command("migrate", verbosity=0, interactive=False)
        if build.is_there():
            self.stdout.write("The demonstration is already here; nothing was changed.")
        else:
            self.stdout.write("Filling a year of two teams' work …")
            build.build(options["seed"])
            for team in Team.objects.filter(slug__in=(build.FIRST_SLUG, build.SECOND_SLUG)):
                reports.build(team, periods.last(4, until=timezone.localdate()))
        self._say_how(port)
        if not options["no_serve"]:
            call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, skip_checks=True)

    def _check_port(self, port: int) -> None:
        if not 0 < port < 65536:
            raise CommandError(f"{port} is not a valid port; choose one from 1 to 65535.")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} cannot be used ({error.strerror}). Try: make demo PORT={port + 1}"
                ) from None

    def _say_how(self, port: int) -> None:
        self.stdout.write(
            f"\nKith is at http://localhost:{port}\n\nSign in with any of these; the password is {build.PASSWORD}\n"
        )
        for each in build.SIGN_INS:
            self.stdout.write(f"  {each.email:<28} {each.does}")
        self.stdout.write("")
