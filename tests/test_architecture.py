"""The house rules, checked in every file; and each rule against a planted violation, so that none is ineffective."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from tests import checks

ROOT = Path(__file__).resolve().parent.parent
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for app in ("config", *checks.APPS)
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
}
IN_APPS = {path: source for path, source in SOURCES.items() if not path.startswith("config/")}
TEMPLATES = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in sorted((ROOT / "templates").rglob("*"))
    if path.suffix in {".html", ".txt"}
}

#: Writes outside an action that are allowed: (file, function) and the reason. A row that no longer applies fails.
WRITES_ELSEWHERE = {
    ("communities/models/teams.py", "create_user"): "Django's own command for administrators calls it",
}
#: Views that fetch rows in another way than by what the user may see: (file, function) and the reason.
FETCHES_ELSEWHERE = {
    ("evaluation/views/addresses.py", "release_data"): "whoever has the secret address of a release reads it",
    ("evaluation/packs/views/reading.py", "_link"): "whoever has the secret link to a pack reads it and its charts",
    (
        "communities/views/undo.py",
        "_page_of",
    ): "of a row that the user has just restored, to go to its page, which asks again",
    ("assets/views/assets.py", "asset_pin"): "the row that was fetched through its door the line before",
    ("communities/views/invitations.py", "_read"): "the signed link is the permission; the visitor has no account yet",
    ("communities/views/invitations.py", "invitation_accept"): "only whether the invited address signs in already",
    (
        "communities/views/personal.py",
        "unsubscribe",
    ): "the signed link is the permission, and nothing of the user is shown",
    ("communities/views/teams.py", "_member"): "the person of a membership that was fetched through its door",
    ("communities/views/teams.py", "member_update"): "the roles of that same person in the team",
}
#: Views that accept a form without a text about people: (file, function) and the reason.
ACCEPTED_ELSEWHERE = {
    ("evaluation/views/own.py", "_page"): "shows what would be counted, and saves nothing",
    ("sparks/views/steps.py", "spark_preview"): "shows the words, saved and rolled back; the step itself notices them",
    ("connectors/capture/views/saving.py", "save_conversation"): "what a phone sends by itself, without a page",
    ("connectors/capture/views/saving.py", "save_light_touch"): "what a phone sends by itself, without a page",
    ("connectors/capture/views/saving.py", "_only_unclear"): "what a phone sends by itself, without a page",
    ("connectors/capture/views/saving.py", "with_refusals"): "saved and rolled back, to find the errors",
    ("connectors/views/conversations.py", "log"): "its callers have the words noticed, if there is a page",
    ("connectors/views/conversations.py", "_change"): "its caller has the words noticed",
    ("connectors/views/journeys.py", "log_touch"): "its callers have the words noticed, if there is a page",
    ("assets/views/imports.py", "import_columns"): "which column holds what",
    ("assets/views/imports.py", "import_create"): "a file, whose rows are shown before they are saved",
    ("communities/views/accounts.py", "form_valid"): "addresses and passwords",
    ("communities/views/invitations.py", "invitation_accept"): "the user's own name and password",
    ("communities/views/neighbourhoods.py", "_preview"): "which property of a file holds the name",
    ("communities/views/neighbourhoods.py", "boundary_import"): "which property of a file holds the name",
    (
        "communities/views/neighbourhoods.py",
        "boundary_upload",
    ): "a file, whose outlines are shown before they are saved",
    ("connectors/views/champions.py", "champion_import"): "a file, whose rows are shown before they are saved",
    ("connectors/views/consent.py", "person_erase"): "boxes to tick",
    ("connectors/views/merges.py", "person_check"): "saves nothing: it looks for possible duplicates",
    ("connectors/wording/views.py", "word_list"): "saves nothing: it searches",
    ("sparks/applying/views/hosts.py", "host"): "the words of an organisation, without an account",
    ("sparks/applying/views/mine.py", "_save"): "the words of residents about themselves",
    ("sparks/applying/views/mine.py", "_said"): "the words of residents about themselves",
    ("sparks/applying/views/mine.py", "accept"): "the name of an account, on a page for everybody",
    ("sparks/applying/views/public.py", "apply"): "two answers with yes or no",
    ("sparks/applying/views/public.py", "way_back"): "six words that open a page",
}
#: Forms that call an action: (file, action) and the reason.
ACTING_FORMS = {
    ("communities/forms/accounts.py", f"communities.actions.{name}"): reason
    for name, reason in {
        "accounts.change_password": "Django's own view of a new password saves its form",
        "accounts.reset_password": "Django's own view of a reset saves its form",
        "attempts.LINKS": "counted in Django's own order, before the address is looked up",
        "attempts.PASSWORDS": "counted in Django's own order, before the password is checked",
        "attempts.Attempt": "the type of what follows",
        "attempts.Limits": "the type of what follows",
        "attempts.clear_attempt": "a right password gives the attempt back",
        "attempts.record_attempt": "Django's form of a sign-in checks the password while it is cleaned",
    }.items()
}
#: Views that handle a refusal in a way of their own: (file, function) and the reason.
REFUSALS_ELSEWHERE = {
    ("sparks/views/steps.py", "spark_preview"): "refuses as the step itself does",
    ("communities/views/undo.py", "undo"): "asks for another name, or says it as a message",
    (
        "sparks/applying/views/mine.py",
        "_save",
    ): "saves what is valid beside what is not, without a message: there is no session",
    ("sparks/applying/views/hosts.py", "host"): "pages for everybody have no session for a message",
    ("sparks/applying/views/mine.py", "_check"): "pages for everybody have no session for a message",
    ("sparks/applying/views/mine.py", "_enclose"): "pages for everybody have no session for a message",
    ("sparks/applying/views/mine.py", "_said"): "pages for everybody have no session for a message",
    ("sparks/applying/views/mine.py", "_step"): "pages for everybody have no session for a message",
    ("sparks/applying/views/public.py", "_begun"): "pages for everybody have no session for a message",
    ("sparks/views/several.py", "_approve"): "each refusal belongs to the row of its spark",
    ("assets/views/imports.py", "_rehearse"): "what is wrong with the rows belongs to the field of the file",
    ("communities/views/__init__.py", "run_action"): "the one place for buttons",
    ("communities/views/invitations.py", "_join_with_account"): "the page shows the reason in place of the form",
    ("communities/views/invitations.py", "_join_as_new"): "the page shows the reason beside the form",
    ("connectors/capture/views/phone.py", "capture"): "a phone gets JSON",
    ("connectors/capture/views/form_drafts.py", "capture_form"): "a phone gets JSON",
    (
        "connectors/views/champions.py",
        "champion_apply",
    ): "a list that was altered on its way is refused like the action",
    ("connectors/wording/views.py", "word_ignore"): "a script gets a status",
    ("sparks/views/sparks.py", "_submit_or_save"): "what is missing is asked for on the form",
    ("sparks/views/sparks.py", "spark_create"): "a page that was sent before leads to its draft",
    ("sparks/views/steps.py", "spark_step"): "the reason stands beside the field, if the page still shows the form",
}
#: The files that are about the words themselves.
NAMES_THE_WORDS = {"connectors/wording/english.py"}


def tracked_texts() -> dict[str, str]:
    """Return every text file in the repository, by path."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a git repository, so there is no list of the files it keeps")
    texts = {}
    for name in filter(None, listed.stdout.split("\0")):
        try:
            texts[name] = (ROOT / name).read_text()
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return texts


def breaches(rule: Callable[[str, str], list[str]], sources: dict[str, str]) -> list[str]:
    """Return all violations of a rule in the sources."""
    return [breach for path, source in sources.items() for breach in rule(path, source)]


def test_imports_point_left() -> None:
    assert breaches(checks.wrong_way_imports, SOURCES) == []


def test_layers_point_down() -> None:
    assert breaches(checks.upward_imports, IN_APPS) == []


def test_every_module_has_a_layer() -> None:
    assert [breach for path in IN_APPS for breach in checks.without_layer(path)] == []


def test_every_listed_layer_belongs_to_a_module() -> None:
    there = {path.removesuffix(".py").removesuffix("/__init__") for path in IN_APPS}
    named = {f"{app}/{module}" for app, modules in checks.LAYER_OF_MODULE.items() for module in modules}
    assert sorted(named - there) == []


def test_subfolders_do_not_import_each_other() -> None:
    assert breaches(checks.imports_between_rooms, IN_APPS) == []


def test_forms_call_no_actions() -> None:
    found = {each for path, source in IN_APPS.items() for each in checks.forms_that_act(path, source)}
    assert sorted(found - set(ACTING_FORMS)) == []
    assert sorted(set(ACTING_FORMS) - found) == [], "an exception that nothing needs any more"


def test_only_views_know_of_requests() -> None:
    assert breaches(checks.requests_below_views, IN_APPS) == []


def test_no_module_is_a_junk_drawer() -> None:
    assert [breach for path in SOURCES for breach in checks.junk_drawers(path)] == []


def test_no_code_uses_signals() -> None:
    assert breaches(checks.signals, SOURCES) == []


def test_dates_are_written_by_django() -> None:
    assert breaches(checks.dates_by_hand, IN_APPS) == []


def test_functions_and_files_stay_short() -> None:
    assert breaches(checks.too_long, SOURCES) == []


def test_rules_queries_actions_and_models_are_documented() -> None:
    assert breaches(checks.undocumented, IN_APPS) == []


def test_every_write_goes_through_an_action() -> None:
    found = [write for path, source in IN_APPS.items() for write in checks.stray_writes(path, source)]
    assert [write for write in found if write[:2] not in WRITES_ELSEWHERE] == []
    assert set(WRITES_ELSEWHERE) <= {write[:2] for write in found}, "an exception that nothing needs any more"


def belongs_to_no_team(model: type[models.Model]) -> bool:
    """Return whether a model's rows, and everything they refer to, are the same for everybody, such as outcomes."""
    if (
        model._meta.app_label not in checks.APPS
        or model is get_user_model()
        or hasattr(model._default_manager, "visible_to")
    ):
        return False
    return all(belongs_to_no_team(field.related_model) for field in model._meta.fields if field.is_relation)


def test_views_fetch_only_visible_rows() -> None:
    shared = frozenset(model.__name__ for model in apps.get_models() if belongs_to_no_team(model))
    found = [fetch for path, source in SOURCES.items() for fetch in checks.open_fetches(path, source, shared)]
    assert [fetch for fetch in found if fetch[:2] not in FETCHES_ELSEWHERE] == []
    assert set(FETCHES_ELSEWHERE) <= {fetch[:2] for fetch in found}, "an exception that nothing needs any more"


def test_every_view_that_saves_a_form_has_its_words_noticed() -> None:
    found = [save for path, source in SOURCES.items() for save in checks.unnoticed_saves(path, source)]
    assert [save for save in found if save[:2] not in ACCEPTED_ELSEWHERE] == []
    assert set(ACCEPTED_ELSEWHERE) <= {save[:2] for save in found}, "an exception that nothing needs any more"


def test_views_show_a_refusal_in_the_one_way() -> None:
    found = [refusal for path, source in SOURCES.items() for refusal in checks.refusals_by_hand(path, source)]
    assert [refusal for refusal in found if refusal[:2] not in REFUSALS_ELSEWHERE] == []
    assert set(REFUSALS_ELSEWHERE) <= {refusal[:2] for refusal in found}, "an exception that nothing needs any more"


def test_no_function_is_only_there_for_its_tests() -> None:
    assert checks.unused(SOURCES) == []


def test_people_are_never_named_as_problems() -> None:
    sources = {path: source for path, source in SOURCES.items() if path not in NAMES_THE_WORDS}
    assert breaches(checks.deficit_words, sources) == []
    assert breaches(checks.deficit_words_in_text, TEMPLATES) == []


def test_relations_point_left() -> None:
    order = {label: place for place, label in enumerate(checks.APPS)}
    wrong = [
        f"{model._meta.label}.{field.name} points at {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in order
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        if order.get(field.related_model._meta.app_label, -1) > order[model._meta.app_label]
    ]
    assert wrong == []


def test_constraint_names_begin_with_app_and_model() -> None:
    wrong = [
        constraint.name
        for model in apps.get_models()
        if model._meta.app_label in checks.APPS
        for constraint in model._meta.constraints
        if not constraint.name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
    ]
    assert wrong == []


def test_no_file_names_the_machine_it_was_written_on() -> None:
    assert breaches(lambda path, text: checks.found_in_text(path, text, checks.PLACES), tracked_texts()) == []


def test_no_file_contains_a_secret() -> None:
    assert breaches(lambda path, text: checks.found_in_text(path, text, checks.SECRETS), tracked_texts()) == []


@pytest.mark.parametrize("group", ["base", "test"])
def test_lock_files_are_exact_and_contain_no_url(group: str) -> None:
    lock = ROOT / "requirements" / f"{group}.lock"
    assert checks.loose_requirements(lock.name, lock.read_text()) == []


PIN = "django==6.1.3 \\\n    --hash=sha256:" + "0" * 64 + "\n"


@pytest.mark.parametrize(
    ("rule", "path", "source", "words"),
    [
        (
            checks.wrong_way_imports,
            "assets/views.py",
            "from sparks.models import Round",
            "assets/views.py:1 imports sparks.models.Round",
        ),
        (
            checks.wrong_way_imports,
            "assets/views.py",
            "def f():\n    import evaluation",
            "assets/views.py:2 imports evaluation",
        ),
        (
            checks.wrong_way_imports,
            "assets/rules.py",
            "get_model('sparks.Round')",
            "assets/rules.py:1 imports sparks.Round",
        ),
        (
            checks.wrong_way_imports,
            "assets/views.py",
            "from config.views import today",
            "assets/views.py:1 imports config.views.today",
        ),
        (
            checks.wrong_way_imports,
            "config/urls.py",
            "import tests.settings",
            "config/urls.py:1 imports tests.settings",
        ),
        (
            checks.upward_imports,
            "assets/models.py",
            "from assets import rules",
            "assets/models.py:1 (models) imports assets.rules",
        ),
        (
            checks.upward_imports,
            "assets/rules.py",
            "from .actions import add",
            "assets/rules.py:1 (rules) imports assets.actions.add",
        ),
        (
            checks.upward_imports,
            "assets/queries/map.py",
            "from ..forms import A",
            "assets/queries/map.py:1 (queries) imports assets.forms.A",
        ),
        (
            checks.upward_imports,
            "sparks/actions/x.py",
            "from assets.views import a",
            "sparks/actions/x.py:1 (actions) imports assets.views.a",
        ),
        (
            checks.upward_imports,
            "connectors/web/rules.py",
            "from connectors.web.actions import count_web",
            "connectors/web/rules.py:1 (rules) imports connectors.web.actions.count_web",
        ),
        (
            checks.upward_imports,
            "connectors/web/network.py",
            "from connectors.models import Person",
            "connectors/web/network.py:1 (network) imports connectors.models.Person",
        ),
        (
            checks.upward_imports,
            "connectors/web/actions.py",
            "from connectors.web import tasks",
            "connectors/web/actions.py:1 (actions) imports connectors.web.tasks",
        ),
        (
            checks.imports_between_rooms,
            "connectors/web/rules.py",
            "from connectors.capture import rules",
            "connectors/web/rules.py:1 imports connectors.capture.rules",
        ),
        (lambda path, _: checks.without_layer(path), "assets/maps.py", "", "assets/maps.py stands in no layer"),
        (
            lambda path, _: checks.without_layer(path),
            "connectors/web/maps.py",
            "",
            "connectors/web/maps.py stands in no layer",
        ),
        (
            checks.requests_below_views,
            "assets/actions.py",
            "def add(*, request): ...",
            "assets/actions.py:1 add takes a request",
        ),
        (
            checks.requests_below_views,
            "assets/rules.py",
            "from django.http import Http404",
            "assets/rules.py:1 imports django.http.Http404",
        ),
        (lambda path, _: checks.junk_drawers(path), "assets/utils.py", "", "assets/utils.py"),
        (lambda path, _: checks.junk_drawers(path), "assets/common/ways.py", "", "assets/common/ways.py"),
        (
            checks.signals,
            "assets/apps.py",
            "from django.dispatch import receiver",
            "assets/apps.py:1 imports django.dispatch.receiver",
        ),
        (
            checks.signals,
            "assets/apps.py",
            "import django.db.models.signals",
            "assets/apps.py:1 imports django.db.models.signals",
        ),
        (checks.deficit_words, "assets/rules.py", "client_name = 1", "assets/rules.py:1 says 'client_name'"),
        (checks.deficit_words, "assets/rules.py", "class ReferralForm: ...", "assets/rules.py:1 says 'ReferralForm'"),
        (
            checks.deficit_words,
            "assets/rules.py",
            "label = _('Service users')",
            "assets/rules.py:1 says 'Service users'",
        ),
        (
            checks.deficit_words_in_text,
            "templates/a.html",
            "<p>\nour beneficiaries",
            "templates/a.html:2 says 'beneficiaries'",
        ),
        (checks.undocumented, "assets/rules.py", "def can_add(): ...", "assets/rules.py:1 can_add has no docstring"),
        (
            checks.undocumented,
            "assets/models.py",
            "class A:\n  'Do.'\n  def b(self): ...",
            "assets/models.py:3 A.b has no docstring",
        ),
        (
            checks.dates_by_hand,
            "assets/models.py",
            "name = f'{day:%d.%m.%Y}'",
            "assets/models.py:1 writes a date as f'%d.%m.%Y'",
        ),
        (checks.too_long, "assets/rules.py", "a = 1\n" * 401, "assets/rules.py has 401 lines"),
        (checks.too_long, "assets/rules.py", "def f():\n" + "    a = 1\n" * 60, "assets/rules.py:1 f has 61 lines"),
        (checks.loose_requirements, "base.lock", PIN + "# https://example.org\n", "base.lock:3 holds '://'"),
        (checks.loose_requirements, "base.lock", PIN.replace("==", ">="), "base.lock does not pin 'django>=6.1.3'"),
        (checks.loose_requirements, "base.lock", "django==6.1.3\n", "base.lock has no hash for 'django==6.1.3'"),
    ],
)
def test_a_planted_breach_is_found(rule: Callable[[str, str], list[str]], path: str, source: str, words: str) -> None:
    assert rule(path, source) == [words]


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (checks.wrong_way_imports, "sparks/views.py", "from assets.models import Asset\nfrom config.env import flag"),
        (checks.wrong_way_imports, "config/urls.py", "import evaluation.views"),
        (
            checks.upward_imports,
            "sparks/actions.py",
            "from sparks.rules import can_decide\nfrom communities import audit",
        ),
        (checks.upward_imports, "sparks/views.py", "from sparks.actions import decide"),
        (checks.upward_imports, "evaluation/reports/figures.py", "from evaluation import cache, rules"),
        (lambda path, _: checks.without_layer(path), "evaluation/__init__.py", ""),
        (checks.requests_below_views, "assets/views.py", "from django.http import HttpRequest\ndef f(request): ..."),
        (checks.deficit_words, "assets/rules.py", "'''Not a client.'''\ncase = Case(When())  # a referral"),
        (checks.deficit_words_in_text, "templates/a.html", "<link rel=preferral> proclient"),
        (checks.undocumented, "assets/models.py", "class A:\n  'Do.'\n  class Meta: ...\n  def __str__(self): ..."),
        (checks.undocumented, "assets/forms.py", "def free(): ..."),
        (checks.dates_by_hand, "assets/models.py", "name = f'{share:.2f} {word:>9}'"),
        (checks.dates_by_hand, "assets/views.py", "name = f'assets-{day:%Y-%m-%d}.csv'"),
        (checks.loose_requirements, "base.lock", "# a comment\n" + PIN),
    ],
)
def test_allowed_code_is_accepted(rule: Callable[[str, str], list[str]], path: str, source: str) -> None:
    assert rule(path, source) == []


@pytest.mark.parametrize(
    "write",
    [
        "Asset.objects.create(name=a)",
        "Asset.objects.filter(a=1).update(name=a)",
        "team.assets.bulk_create(rows)",
        "Asset.objects.get_or_create(name=a)",
        "asset.save(update_fields=['name'])",
        "Asset.objects.all().delete()",
    ],
)
def test_a_planted_write_is_found(write: str) -> None:
    source = f"def page():\n    {write}\n"
    assert checks.stray_writes("assets/views.py", source) == [("assets/views.py", "page", 2)]
    assert checks.stray_writes("assets/actions/adding.py", source) == []


@pytest.mark.parametrize(
    "other",
    [
        "seen.update(more)",
        "picture.save(buffer, 'JPEG')",
        "storage.delete(name)",
        "super().save()",
        "Thing.create(a=1)",
    ],
)
def test_calls_that_only_look_like_writes_are_accepted(other: str) -> None:
    assert checks.stray_writes("assets/views.py", f"def page():\n    {other}\n") == []


@pytest.mark.parametrize(
    "fetch",
    [
        "Asset.objects.get(pk=pk)",
        "Asset.objects.filter(team=1).visible_to(user)",
        "get_object_or_404(Asset, pk=pk)",
        "Asset._default_manager.all()",
    ],
)
def test_a_planted_fetch_is_found(fetch: str) -> None:
    source = f"def page(request):\n    {fetch}\n"
    assert checks.open_fetches("assets/views/maps.py", source) == [("assets/views/maps.py", "page", 2)]
    assert checks.open_fetches("assets/actions.py", source) == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def page(request):\n    if form.is_valid():\n        write_story(by=request.user)", 2),
        ("def page(request):\n    if form.is_valid() and form.log():\n        return redirect(home)", 2),
        (
            "def page(request):\n    if form.is_valid():\n        attempt(form, write)\n        save(request, other, write)",
            2,
        ),
        ("def keep(request, form):\n    return attempt(form, write_story, by=request.user)", 2),
        ("class Page:\n    def form_valid(self, form):\n        return super().form_valid(form)", 2),
    ],
)
def test_a_planted_save_that_notices_no_words_is_found(source: str, line: int) -> None:
    function = source.split("def ")[1].split("(")[0]
    path = "connectors/capture/views/waiting.py"
    assert checks.unnoticed_saves(path, source) == [(path, function, line)]
    assert checks.unnoticed_saves("connectors/forms/journeys.py", source) == []


@pytest.mark.parametrize(
    "source",
    [
        "def page(request):\n    if form.is_valid() and save(request, form, write_story, by=request.user):\n        pass",
        "def page(request):\n    if form.is_valid():\n        write_story()\n        notice_words(request, form)",
        "def page(request):\n    return render(request, 'story.html', {'form': StoryForm()})",
    ],
)
def test_a_save_that_notices_words_is_let_be(source: str) -> None:
    assert checks.unnoticed_saves("evaluation/views/stories.py", source) == []


@pytest.mark.parametrize(
    ("path", "source", "names"),
    [
        ("assets/forms.py", "from assets.actions import add_asset", ["assets.actions.add_asset"]),
        ("sparks/filters.py", "from assets import actions", ["assets.actions"]),
        ("connectors/capture/forms.py", "from connectors.capture.actions.a import b", ["connectors.capture.actions.a.b"]),
        ("assets/forms.py", "from assets.rules import EDITABLE\nfrom assets import doors", []),
        ("assets/views.py", "from assets.actions import add_asset", []),
    ],
)  # fmt: skip
def test_a_form_that_calls_an_action_is_found(path: str, source: str, names: list[str]) -> None:
    assert checks.forms_that_act(path, source) == [(path, name) for name in names]


def test_a_refusal_that_a_view_catches_itself_is_found() -> None:
    source = "def page():\n    try:\n        add()\n    except (ValueError, ValidationError) as error:\n        show(error)\n"
    assert checks.refusals_by_hand("assets/views/maps.py", source) == [("assets/views/maps.py", "page", 4)]
    assert checks.refusals_by_hand("assets/actions/maps.py", source) == []
    assert checks.refusals_by_hand("assets/views/maps.py", source.replace("Validation", "Value")) == []


UNUSED = "def is_near(): ...\n"


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"assets/queries.py": "is_far()\nis_near = 1"},
        {"assets/rules/__init__.py": "from assets.rules.near import is_near\n__all__ = ['is_near']"},
        {"assets/rules/near.py": "def is_near():\n    return is_near()\n"},
    ],
)
def test_a_function_that_no_code_names_is_found(others: dict[str, str]) -> None:
    assert checks.unused({"assets/rules/near.py": UNUSED, **others}) == [("assets/rules/near.py", "is_near")]


@pytest.mark.parametrize(
    "others",
    [
        {"assets/queries.py": "is_near()"},
        {"assets/views.py": "rules.is_near"},
        {"assets/rules/near.py": UNUSED + "RULES = [is_near]"},
        {"config/settings.py": "RULES = ['assets.rules.near.is_near']"},
        {"assets/rules/near.py": UNUSED.replace("is_near", "_is_near")},
    ],
)
def test_a_function_that_is_used_or_private_is_let_be(others: dict[str, str]) -> None:
    assert checks.unused({"assets/rules/near.py": UNUSED, **others}) == []


def test_rows_without_a_team_need_no_visible_to() -> None:
    source = "def page(request):\n    Outcome.objects.get(key=key)\n    get_object_or_404(Outcome, key=key)\n"
    assert len(checks.open_fetches("assets/views.py", source)) == 2
    assert checks.open_fetches("assets/views.py", source, frozenset({"Outcome"})) == []


@pytest.mark.parametrize(
    "fetch", ["Asset.objects.visible_to(user).get(pk=1)", "get_object_or_404(Asset.objects.visible_to(user), pk=1)"]
)
def test_a_fetch_through_visible_to_is_accepted(fetch: str) -> None:
    assert checks.open_fetches("assets/views.py", f"def page(request):\n    {fetch}\n") == []


def test_a_planted_secret_and_a_planted_path_are_found() -> None:
    secret = "KEY=" + "ghp_" + "a" * 36
    assert checks.found_in_text("a", f"one\n{secret}", checks.SECRETS) == [f"a:2 holds {secret[4:]!r}"]
    assert checks.found_in_text("a", "postgres://kith:hunter2" + "@db/kith", checks.SECRETS) != []
    assert checks.found_in_text("a", "postgres://postgres@db/kith", checks.SECRETS) == []
    assert checks.found_in_text("a", "see /ho" + "me/ada/kith", checks.PLACES) == ["a:1 holds '/ho" + "me/ada/k'"]
    assert checks.found_in_text("a", "see ../shared/data and https://example.org/work/1", checks.PLACES) == []
