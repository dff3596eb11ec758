"""The house rules as functions over source text: each returns the violations as text, or nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

APPS = ("communities", "assets", "connectors", "sparks", "evaluation")
#: Subjects of an app that have a folder of their own, with layers inside: `connectors/web/rules.py`.
ROOMS = {
    "communities": ("outbox",),
    "connectors": ("capture", "web", "wording"),
    "sparks": ("applying",),
    "evaluation": ("learning", "packs", "priorities", "profiles", "releases", "value"),
}
#: The modules of config that contain no wiring, so that an app may import them.
FREE_OF_WIRING = ("config.env",)
#: The layers of an app, the lowest first. A module imports from its own layer and from those below.
LAYERS = ("pure", "models", "reads", "records", "actions", "tasks", "doors", "reports", "forms", "pages")
#: The layers of modules that any app may have.
LAYER_OF_KIND = {
    "models": "models",
    "rules": "reads",
    "queries": "reads",
    "audited": "reads",
    "finders": "reads",
    "audit": "records",
    "actions": "actions",
    "tasks": "tasks",
    "doors": "doors",
    "owned": "doors",
    "forms": "forms",
    "filters": "forms",
    "resources": "forms",
    "exports": "forms",
    **dict.fromkeys(("views", "admin", "urls", "middleware", "management", "apps", "checks"), "pages"),
}
#: The layers of modules that only one app has, by path in the app. A module in neither table fails: give it a layer
#: first.
LAYER_OF_MODULE = {
    "communities": {
        **dict.fromkeys(
            (
                "addresses", "among", "browsers", "bulk_writes", "columns", "compiled", "database_objects", "disclosure", "draft_tokens", "facets", "folding", "form_filling", "full_text", "geometry", "json_rows", "latest_words", "lists", "mentions",
                "outage", "paging", "periods", "photos", "pounds", "qr", "row_keys", "spreadsheets", "typed_words", "verbs", "widgets",
                "working_days", "written_lines",
            ),
            "pure",
        ),
        **dict.fromkeys(("audit_log", "free_text", "freshness", "handover", "holdings", "links", "passwords", "returning", "searching", "unsaved_input"), "reads"),
        **dict.fromkeys(("outbox/kinds", "outbox/messages", "outbox/recipients"), "reads"),
        "outbox/carriers": "records",
        **dict.fromkeys(("drafts", "idempotency", "undo"), "records"),
    },
    "assets": {"importing": "reads", "importing/forms": "forms", "printed": "reads"},
    "connectors": {
        **dict.fromkeys(("audited_fields", "catalogue", "network"), "pure"),
        **dict.fromkeys(("capture/sealing", "web/network", "web/picture"), "pure"),
        **dict.fromkeys(
            (f"wording/{each}" for each in ("english", "entries", "grammar", "mutations", "quotations", "reading", "reasons", "welsh")),
            "pure",
        ),
        "capture/items": "reads",
        "web/page": "reads",
        "wording/session": "pages",
        "web/requests": "tasks",
    },
    "sparks": {
        **dict.fromkeys(
            ("applying/sounds", "applying/words", "attached", "chain", "clock", "declarations", "drawing", "flow", "likeness", "look_alikes"),
            "pure",
        ),
        **dict.fromkeys(("workflow", "workflow/states", "workflow/steps", "workflow/ways"), "pure"),
        **dict.fromkeys(("fund_exports", "spark_exports"), "forms"),
        **dict.fromkeys(
            (
                "applying/links", "awards", "clocks", "closeness", "history", "lending", "lineage", "messages", "payees", "phones", "proposals", "signs",
                "spark_rows", "splitting", "turns", "verification",
            ),
            "reads",
        ),
    },
    "evaluation": {
        "canonical": "pure",
        **dict.fromkeys((f"value/{each}" for each in ("break_even", "maps", "printed", "rates", "reckoning", "sensitivity")), "pure"),
        **dict.fromkeys(("framework", "gate", "packs/checking", "packs/contents", "packs/names", "packs/trends", "releases/changes", "releases/documents"), "reads"),
        "cache": "records",
        **dict.fromkeys((f"releases/{each}" for each in ("contents", "files", "metadata", "package", "pages", "tables")), "reports"),
        **dict.fromkeys(("packs/charts", "packs/pages", "profiles/files", "profiles/pages", "value/pages", "value/pictures", "value/wording"), "reports"),
        "reports": "reports",
    },
}  # fmt: skip
#: The layers whose types `make lint` checks. The others consist mostly of classes that Django and its packages put together
#: while Kith runs, of which a type checker knows too little (ADR 24).
TYPED = ("pure", "reads", "records", "actions", "tasks", "reports")
NEVER_A_REQUEST = ("models", "rules", "queries", "audit", "actions")
JUNK_DRAWERS = {"utils", "util", "common", "helpers", "helper", "misc", "lib", "shared", "core"}
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
LOADERS = {"import_module", "get_model", "__import__"}
AFTER_MIGRATE = ("communities/apps.py", "django.db.models.signals.post_migrate")
WRITERS = ("actions", "audit", "cache", "drafts", "idempotency", "undo", "management", "migrations", "demo")
BULK = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "abulk_create", "aupdate", "_raw_delete"}
DOORS = {"visible_to", "countable_by", "none"}
DEFICIT = re.compile(
    r"(?<![a-z])(clients?|service[ _-]?users?|beneficiar(?:y|ies)|caseloads?|referrals?)(?![a-z])", re.IGNORECASE
)
DOCUMENTED = ("models", "framework", "rules", "queries", "cache", "reports", "actions", "audit")
#: The layers whose functions must be used: Django calls those of the others itself.
USED = ("pure", "reads", "records", "actions", "tasks", "doors", "reports")
#: A name in a setting, such as `assets.actions.relocate_assets`.
DOTTED = re.compile(r"\w+(\.\w+)+")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
type Function = ast.FunctionDef | ast.AsyncFunctionDef


def kind_of(path: str) -> str:
    """Return the kind of module at a path: `sparks/actions/deciding.py` and `connectors/web/actions.py` are both
    actions.
    """
    return kind_in(PurePosixPath(path).with_suffix("").parts)


def kind_in(parts: tuple[str, ...]) -> str:
    """Return the kind of module that the parts of a path or of a dotted name lead to; empty for an app itself."""
    inside = parts[2:] if parts[1:2] and parts[1] in ROOMS.get(parts[0], ()) else parts[1:]
    return inside[0] if inside else ""


def imports(tree: ast.Module, path: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the full dotted name of everything a module imports, including inside functions."""
    package = PurePosixPath(path).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (base, node.module) if part)
            yield from ((node.lineno, f"{source}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and called_name(node) in LOADERS:
            yield from ((node.lineno, str(name.value)) for name in node.args[:1] if isinstance(name, ast.Constant))


def called_name(node: ast.Call) -> str:
    """Return the last part of the name that is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def wrong_way_imports(path: str, source: str) -> list[str]:
    """Return imports of apps to the right, of the wiring, or of tests."""
    app = PurePosixPath(path).parts[0]
    allowed = {"config", *APPS} if app == "config" else set(APPS[: APPS.index(app) + 1])
    forbidden = {"config", "tests", "bench", *APPS} - allowed
    return [
        f"{path}:{line} imports {name}"
        for line, name in imports(ast.parse(source), path)
        if name.split(".")[0] in forbidden and not name.startswith(FREE_OF_WIRING)
    ]


def layer_in(parts: tuple[str, ...]) -> str:
    """Return the layer that the parts of a path or of a dotted name lead to; empty for a module in no table.

    The package of a room is pure: it holds the public names of the room.
    """
    app, inside = parts[0], parts[1:]
    for length in range(len(inside), 0, -1):
        if found := LAYER_OF_MODULE[app].get("/".join(inside[:length])):
            return found
    if inside in {(room, *end) for room in ROOMS.get(app, ()) for end in ((), ("__init__",))}:
        return LAYERS[0]
    return LAYER_OF_KIND.get(kind_in(parts), "")


def without_layer(path: str) -> list[str]:
    """Return a module that is in no layer."""
    parts = PurePosixPath(path).with_suffix("").parts
    return [] if parts[1:] == ("__init__",) or layer_in(parts) else [f"{path} stands in no layer"]


def is_typed(path: str) -> bool:
    """Return whether the types of a module are checked."""
    return layer_in(PurePosixPath(path).with_suffix("").parts) in TYPED


def upward_imports(path: str, source: str) -> list[str]:
    """Return imports from a layer above this module's."""
    layer = layer_in(PurePosixPath(path).with_suffix("").parts)
    above = LAYERS[LAYERS.index(layer) + 1 :] if layer else ()
    return [
        f"{path}:{line} ({kind_of(path)}) imports {name}"
        for line, name in imports(ast.parse(source), path)
        if name.split(".")[0] in APPS and layer_in(tuple(name.split("."))) in above
    ]


def forms_that_act(path: str, source: str) -> list[tuple[str, str]]:
    """Return (path, name) of each action that a form imports: a form hands its values to the view, which acts."""
    if layer_in(PurePosixPath(path).with_suffix("").parts) != "forms":
        return []
    return [
        (path, name)
        for _line, name in imports(ast.parse(source), path)
        if name.split(".")[0] in APPS and layer_in(tuple(name.split("."))) == "actions"
    ]


def imports_between_rooms(path: str, source: str) -> list[str]:
    """Return imports of one room of an app in another."""
    app, room = PurePosixPath(path).parts[:2]
    others = tuple(f"{app}.{other}." for other in ROOMS.get(app, ()) if other != room)
    return [
        f"{path}:{line} imports {name}"
        for line, name in imports(ast.parse(source), path)
        if room in ROOMS.get(app, ()) and others and name.startswith(others)
    ]


def requests_below_views(path: str, source: str) -> list[str]:
    """Return uses of a request in layers that must work without one."""
    if kind_of(path) not in NEVER_A_REQUEST:
        return []
    tree = ast.parse(source)
    found = [f"{path}:{line} imports {name}" for line, name in imports(tree, path) if name.startswith("django.http")]
    for function in functions(tree):
        names = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
        if "request" in names:
            found.append(f"{path}:{function.lineno} {function.name} takes a request")
    return found


def junk_drawers(path: str) -> list[str]:
    """Return a module whose name says nothing about its content."""
    return [path] if JUNK_DRAWERS.intersection(PurePosixPath(path).with_suffix("").parts) else []


def signals(path: str, source: str) -> list[str]:
    """Return imports of signals: side effects belong in actions, where they can be seen. `post_migrate` is the
    exception.
    """
    return [
        f"{path}:{line} imports {name}"
        for line, name in imports(ast.parse(source), path)
        if name.startswith(SIGNALS) and (path, name) != AFTER_MIGRATE
    ]


def dates_by_hand(path: str, source: str) -> list[str]:
    """Return dates and times of models, rules, queries and forms that are not written by Django's `date_format`.

    Only that one gives the words of the reader's language. Numbers alone are for names of files and for commands.
    """
    if kind_of(path) not in {"models", "rules", "queries", "actions", "forms", "reports", "audited"}:
        return []
    return [
        f"{path}:{node.lineno} writes a date as {ast.unparse(node.format_spec)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FormattedValue)
        and node.format_spec
        and re.search("%[a-zA-Z]", ast.unparse(node.format_spec))
    ]


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function and method."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def is_write(node: ast.Call) -> bool:
    """Return whether a call looks like a write to the database.

    `QuerySet.update` takes keyword arguments only, and `Model.save` and `.delete` no positional arguments, which
    distinguishes them from those of dictionaries, images and storages. Anything named `door` is a
    `communities.doors.Door`.
    """
    if not isinstance(node.func, ast.Attribute):
        return False
    name, target = node.func.attr, node.func.value
    if isinstance(target, ast.Call) and called_name(target) == "super":
        return False
    if "door" in (getattr(target, "id", ""), getattr(target, "attr", "")):
        # A door passes the write on to an action.
        return False
    if name in BULK:
        return True
    if name == "create":
        return "objects" in ast.unparse(target).split(".")
    if node.args:
        return False
    return (name == "update" and bool(node.keywords)) or name in {"save", "delete"}


def stray_writes(path: str, source: str) -> list[tuple[str, str, int]]:
    """Return (path, function, line) of each database write outside the modules that may write."""
    if kind_of(path) in WRITERS:
        return []
    found = []

    def visit(node: ast.AST, inside: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = node.name
        if isinstance(node, ast.Call) and is_write(node):
            found.append((path, inside, node.lineno))
        for child in ast.iter_child_nodes(node):
            visit(child, inside)

    visit(ast.parse(source), "")
    return found


def is_open_fetch(node: ast.AST, doorless: frozenset[str]) -> bool:
    """Return whether an expression fetches rows of a model without a check of the user."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
        if isinstance(node.value.value, ast.Name) and node.value.value.id in doorless:
            return False
        return node.value.attr in {"objects", "_default_manager", "_base_manager"} and node.attr not in DOORS
    if isinstance(node, ast.Call) and called_name(node) in {"get_object_or_404", "get_list_or_404"} and node.args:
        return isinstance(node.args[0], ast.Name) and node.args[0].id[:1].isupper() and node.args[0].id not in doorless
    return False


def open_fetches(path: str, source: str, doorless: frozenset[str] = frozenset()) -> list[tuple[str, str, int]]:
    """Return (path, function, line) of each place where a view fetches rows other than those the user may see.

    Allowed are `Model.objects.visible_to(user)` and `.countable_by(user)`, but not `get_object_or_404(Model, ...)`.
    Models in `doorless` belong to no team, so everybody may see them.
    """
    if kind_of(path) != "views":
        return []
    found = []

    def visit(node: ast.AST, inside: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = inside or node.name
        if is_open_fetch(node, doorless):
            found.append((path, inside, node.lineno))
        for child in ast.iter_child_nodes(node):
            visit(child, inside)

    visit(ast.parse(source), "")
    return found


def unnoticed_saves(path: str, source: str) -> list[tuple[str, str, int]]:
    """Return (path, function, line) of each place where a view accepts a form without having its words noticed.

    A function that validates a form calls `communities.views.save` or `notice_words`; `attempt` alone only reports
    errors. Class-based views accept a form in `form_valid`.
    """
    if kind_of(path) != "views" or path == "communities/views/__init__.py":
        return []
    found = []
    for function in functions(ast.parse(source)):
        calls = {called_name(node): node.lineno for node in ast.walk(function) if isinstance(node, ast.Call)}
        if function.name == "form_valid":
            calls["is_valid"] = function.lineno
        accepts = calls.keys() & {"is_valid", "attempt"}
        if accepts and ("attempt" in accepts or not calls.keys() & {"save", "notice_words"}):
            found.append((path, function.name, min(calls[name] for name in accepts)))
    return found


def refusals_by_hand(path: str, source: str) -> list[tuple[str, str, int]]:
    """Return (path, function, line) of each place where a view itself catches what an action refuses.

    `communities.views.run_action` and `communities.forms.errors.attempt` do it the same way everywhere.
    """
    if kind_of(path) != "views":
        return []
    return [
        (path, function.name, handler.lineno)
        for function in functions(ast.parse(source))
        for handler in ast.walk(function)
        if isinstance(handler, ast.ExceptHandler) and handler.type and "ValidationError" in ast.unparse(handler.type)
    ]


def identifiers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and text of every name that a module defines or uses."""
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "asname"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                yield getattr(node, "lineno", 0), value


def deficit_words(path: str, source: str) -> list[str]:
    """Return names and user-facing strings that speak of people as problems; docstrings and comments are not checked."""
    tree = ast.parse(source)
    found = {(line, name) for line, name in identifiers(tree) if DEFICIT.search(spaced(name))}
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
    }
    found |= {
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documented
        and DEFICIT.search(node.value)
    }
    return [f"{path}:{line} says {text!r}" for line, text in sorted(found)]


def spaced(name: str) -> str:
    """Return the words of an identifier, separated by spaces."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name)


def deficit_words_in_text(path: str, text: str) -> list[str]:
    """Return lines of a template that speak of people as problems."""
    return [
        f"{path}:{number} says {found[0]!r}"
        for number, line in enumerate(text.splitlines(), 1)
        if (found := DEFICIT.search(line))
    ]


def undocumented(path: str, source: str) -> list[str]:
    """Return public functions and classes without a docstring in modules that hold rules of the product."""
    if kind_of(path) not in DOCUMENTED:
        return []
    found = []

    def visit(body: list[ast.stmt], outer: str) -> None:
        for node in body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if node.name.startswith("_") or node.name in {"Meta", "Params"}:
                continue
            if ast.get_docstring(node) is None:
                found.append(f"{path}:{node.lineno} {outer}{node.name} has no docstring")
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{node.name}.")

    visit(ast.parse(source).body, "")
    return found


def too_long(path: str, source: str) -> list[str]:
    """Return files and functions that are longer than the house allows."""
    lines = source.count("\n")
    found = [f"{path} has {lines} lines"] if lines > LONGEST_FILE else []
    for function in functions(ast.parse(source)):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > LONGEST_FUNCTION:
            found.append(f"{path}:{function.lineno} {function.name} has {length} lines")
    return found


# Folders that exist only on one developer's machine.
PLACES = re.compile(r"(?<![\w./-])/(?:root|work|workspace|farm|Users/\w+|home/(?!kith\b)\w+)/[\w.]")
# Built from parts, so that this file does not contain what it looks for.
SECRETS = re.compile(
    "|".join(
        (
            "-----BEGIN" + r" [A-Z ]*PRIVATE KEY",
            r"\bAKIA" + r"[0-9A-Z]{16}\b",
            r"\bgh[pousr]_" + r"[A-Za-z0-9]{30,}",
            r"\bpypi-" + r"[A-Za-z0-9_-]{40,}",
            r"\bsk-" + r"[A-Za-z0-9_-]{32,}",
            r"\bxox[abp]-" + r"[A-Za-z0-9-]{20,}",
            r"postgres(?:ql)?://[^\s:@/]+:" + r"(?!password@|PASSWORD@|secret@|\.\.\.@)[^\s@/]+@",
        )
    )
)


def found_in_text(path: str, text: str, pattern: re.Pattern[str]) -> list[str]:
    """Return the lines of a file that match a pattern."""
    return [
        f"{path}:{number} holds {found[0]!r}"
        for number, line in enumerate(text.splitlines(), 1)
        if (found := pattern.search(line))
    ]


def loose_requirements(path: str, text: str) -> list[str]:
    """Return what makes a lock file inexact: an address, a version that is not pinned, a pin without a hash."""
    found = found_in_text(path, text, re.compile("://|--(extra-)?index-url|--find-links"))
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        requirement = line.split("--hash")[0].strip()
        if not re.match(r"[A-Za-z0-9_.\[\]-]+==[^\s;]+(\s*;.*)?$", requirement):
            found.append(f"{path} does not pin {requirement!r}")
        if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", line):
            found.append(f"{path} has no hash for {requirement!r}")
    return found


def named_elsewhere(sources: dict[str, str]) -> dict[str, list[tuple[str, int]]]:
    """Return where each name is used, as (path, line): as a name, as an attribute, or at the end of a dotted path.

    An import alone is no use, because an `__init__` imports a name only to pass it on.
    """
    found: dict[str, list[tuple[str, int]]] = {}
    for path, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                name = node.id
            elif isinstance(node, ast.Attribute):
                name = node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and DOTTED.fullmatch(node.value):
                name = node.value.rpartition(".")[2]
            else:
                continue
            found.setdefault(name, []).append((path, node.lineno))
    return found


def unused(sources: dict[str, str]) -> list[tuple[str, str]]:
    """Return (path, name) of public functions and classes that no other code of the product names."""
    uses = named_elsewhere(sources)
    return [
        (path, node.name)
        for path, source in sources.items()
        if path.split("/")[0] in APPS and layer_in(PurePosixPath(path).with_suffix("").parts) in USED
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if all(at == path and node.lineno <= line <= node.end_lineno for at, line in uses.get(node.name, ()))
    ]
