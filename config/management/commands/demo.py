"""Prepare a lived-in demonstration on this machine, say how to sign in, and serve it."""

import socket
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from communities.models import Team
from config.demo import build
from evaluation import periods, reports


class Command(BaseCommand):
    """`manage.py demo [--no-serve] [--port 8000] [--seed 1]`; a second time it changes nothing."""

    help = "Prepare the demonstration in this database, print the sign-ins and serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port, the seed, and whether to serve."""
        parser.add_argument("--no-serve", action="store_true", help="only prepare the database")
        parser.add_argument("--port", type=int, default=8000, help="where to serve (8000)")
        parser.add_argument("--seed", type=int, default=1, help="another seed makes another year (1)")

    def handle(self, *args: object, **options: object) -> None:
        """Migrate, fill once, print, serve."""
        if not settings.DEBUG:
            raise CommandError("The demonstration's password is public, so it is never built with KITH_DEBUG=0.")
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
            raise CommandError(f"{port} is no port; choose one from 1 to 65535.")
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
