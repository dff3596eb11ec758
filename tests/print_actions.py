"""Print the list of all actions, each tried twice on a temporary database: `python -m tests.print_actions`."""

import os

import django
from django.conf import settings
from django.db import transaction
from django.test.utils import get_runner


def main() -> None:
    """Try every action twice, and print the results."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.action_list import build, everything, table, try_twice

    runner = get_runner(settings)(verbosity=0, interactive=False)
    runner.setup_test_environment()
    old, lines = runner.setup_databases(), []
    for name, act in sorted(everything().items()):
        with transaction.atomic():
            lines.append(try_twice(name, act, build()))
            transaction.set_rollback(True)
    runner.teardown_databases(old)
    print(table(lines))


if __name__ == "__main__":
    main()
