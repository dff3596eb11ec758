"""Small files that caused trouble elsewhere, if they are beside the repository: each by every command and in the admin.

Each ends with a message. A refused file writes nothing, and no traceback is ever shown.
"""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.urls import reverse

from assets.models import Asset
from communities.models import Neighbourhood, Partner, Team, User
from connectors.models import Person
from tests.hostile import HostileClient
from tests.test_files_people_have import by_command

pytestmark = pytest.mark.shared_data
COMMANDS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "import_assets": (Asset, ()),
    "import_champions": (Person, ()),
    "import_boundaries": (Neighbourhood, ("--name-property=name",)),
}
ADMIN = (Asset, Partner, Person)
CODE = re.compile(r"Traceback|site-packages|\.py\b|File &quot;|<class |Error\(")
#: A refusal says what to do.
TO_DO = re.compile(
    r"\b(save|say which|call it|choose|unpack|delete|must be|puts longitude first|rename|use)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def files(shared_data: Path) -> list[Path]:
    """Return the files, or skip the test with a reason."""
    folder = shared_data.parent / "cases"
    if not folder.is_dir():
        pytest.skip("the small files are not beside the repository in ../shared/cases")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def undone(act: Callable[[], str | None]) -> str | None:
    """Return the error message of a callable, and roll back what it wrote."""
    with transaction.atomic():
        said = act()
        transaction.set_rollback(True)
    return said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_reads_each_file_or_says_what_to_do(command: str, files: list[Path], team: Team) -> None:
    model, options = COMMANDS[command]

    def wrong(file: Path) -> str | None:
        before = model.objects.count()
        printed, stopped = by_command(command, file, f"--team={team.slug}", *options)
        if CODE.search(printed + stopped) or (stopped and not TO_DO.search(stopped)):
            return stopped or printed
        if stopped and model.objects.count() != before:
            return f"{model.objects.count() - before} rows were written, and then: {stopped}"
        return None if stopped or printed.strip() else "nothing is said"

    found = {file.name: undone(lambda file=file: wrong(file)) for file in files}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("model", ADMIN, ids=lambda model: model.__name__)
def test_the_admin_reads_each_file_or_says_what_to_do(
    model: type[models.Model], files: list[Path], manager: User, client_for: Callable[[User], HostileClient]
) -> None:
    browser = client_for(manager)
    browser.raise_request_exception = False
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_import")

    def wrong(file: Path) -> str | None:
        before = model.objects.count()
        sent = {
            "import_file": SimpleUploadedFile(file.name, file.read_bytes()),
            "file": SimpleUploadedFile(file.name, file.read_bytes()),
            "format": "0",
        }
        answer = browser.post(path, sent, follow=True)
        words = html.unescape(answer.content.decode())
        if answer.status_code != 200 or CODE.search(words):
            return f"{answer.status_code}: {CODE.search(words)}"
        return "it was written without being asked about" if model.objects.count() != before else None

    assert admin.site.is_registered(model)
    found = {file.name: undone(lambda file=file: wrong(file)) for file in files}
    assert {name: words for name, words in found.items() if words} == {}
