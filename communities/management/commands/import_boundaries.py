"""`manage.py import_boundaries FILE --team SLUG --name-property WD13NM`: neighbourhoods from a GeoJSON file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from communities.actions.boundaries import import_boundaries
from communities.geometry import MAX_FILE_BYTES, GeometryError, parse_boundaries
from communities.models import Team
from communities.queries.boundaries import BoundaryImport, plan_boundary_import


class Command(BaseCommand):
    """Add neighbourhoods from a GeoJSON file; importing it again adds none."""

    help = "Add neighbourhoods from a GeoJSON file to a team. Importing the same file again adds none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="a GeoJSON file, at most 5 MB")
        parser.add_argument("--team", required=True, help="the team's short name, as in addresses")
        parser.add_argument("--name-property", required=True, help="the property with names, for example WD13NM")
        parser.add_argument("--code-property", default="", help="the property with official codes, for example WD13CD")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen and write nothing")
        parser.add_argument(
            "--skip-refused", action="store_true", help="write the others when some features cannot be used"
        )

    def handle(self, *, file: Path, team: str, dry_run: bool, skip_refused: bool, **options: str) -> None:
        """Plan the import, print the result for each feature, then write all of it or nothing."""
        found = Team.objects.filter(slug=team).first()
        if found is None:
            raise CommandError(f'No team has the short name "{team}".')
        try:
            features = parse_boundaries(
                self.read(file), name_property=options["name_property"], code_property=options["code_property"]
            )
        except GeometryError as error:
            raise CommandError(f"{file}: {error}") from error
        plan = plan_boundary_import(team=found, features=features)
        if plan.refused and (not skip_refused or len(plan.refused) == len(plan.fates)):
            self.tell(plan)
            row = plan.refused[0]
            more = f" ({len(plan.refused)} refused in all)" if len(plan.refused) > 1 else ""
            raise CommandError(
                f"Nothing was written. Feature {row.feature.number} {row.feature.name}: {row.why}{more}"
                + ("" if skip_refused else " --skip-refused writes the others.")
            )
        if not dry_run:
            plan = import_boundaries(team=found, features=features, by=None)
        self.tell(plan)
        self.stdout.write(f"{found.name}: {plan.summary}" + (" Nothing was written (--dry-run)." if dry_run else ""))

    def read(self, file: Path) -> bytes:
        """Return the bytes of the file, at most one more than the limit. Raises: CommandError."""
        try:
            with file.open("rb") as opened:
                return opened.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error

    def tell(self, plan: BoundaryImport) -> None:
        """Print a line for each feature that is added, updated, repaired or refused; unchanged ones are only counted."""
        for row in plan.fates:
            if row.fate == "unchanged" and not row.repaired:
                continue
            code = f" ({row.feature.code})" if row.feature.code else ""
            why = f": {row.why}" if row.why else ""
            repaired = f"; repaired: {row.repaired}" if row.repaired else ""
            self.stdout.write(f"{row.fate:<9} {row.feature.name}{code}{why}{repaired}")
