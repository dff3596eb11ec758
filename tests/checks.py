"""The house rules as functions over source text: each returns what breaks the rule, in words, or nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

APPS = ("communities", "assets", "connectors", "sparks", "evaluation")
#: The parts of config that hold no wiring, so that an app may use them.
FREE_OF_WIRING = ("config.env",)
#: What each kind of module must not import, from its own app or another.
ABOVE = {
    "models": {
        "rules",
        "queries",
        "actions",
        "audit",
        "forms",
        "filters",
        "resources",
        "views",
        "admin",
        "urls",
        "middleware",
        "tasks",
    },
    "rules": {"actions", "audit", "forms", "filters", "resources", "views", "admin", "urls", "middleware", "tasks"},
    "queries": {"actions", "audit", "forms", "filters", "resources", "views", "admin", "urls", "middleware", "tasks"},
    "audit": {"actions", "forms", "filters", "resources", "views", "admin", "urls", "middleware"},
    "actions": {"forms", "filters", "resources", "views", "admin", "urls", "middleware"},
    "forms": {"views", "admin", "urls", "middleware"},
    "filters": {"views", "admin", "urls", "middleware"},
    "resources": {"views", "admin", "urls", "middleware"},
}
NEVER_A_REQUEST = ("models", "rules", "queries", "audit", "actions")
JUNK_DRAWERS = {"utils", "util", "common", "helpers", "helper", "misc", "lib", "shared", "core"}
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
LOADERS = {"import_module", "get_model", "__import__"}
WRITERS = ("actions", "audit", "management", "migrations", "demo")
BULK = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "abulk_create", "aupdate", "_raw_delete"}
DOORS = {"visible_to", "countable_by", "none"}
DEFICIT = re.compile(
    r"(?<![a-z])(clients?|service[ _-]?users?|beneficiar(?:y|ies)|caseloads?|referrals?)(?![a-z])", re.IGNORECASE
)
DOCUMENTED = ("models", "rules", "queries", "actions", "audit")
LONGEST_FILE = 500
LONGEST_FUNCTION = 60
type Function = ast.FunctionDef | ast.AsyncFunctionDef


def kind_of(path: str) -> str:
    """Return which kind of module a path is: `sparks/actions/deciding.py` and `sparks/actions.py` are both actions."""
    parts = PurePosixPath(path).with_suffix("").parts
    return parts[1] if len(parts) > 1 else ""


def imports(tree: ast.Module, path: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the full dotted name of everything a module imports, inside functions too."""
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
    """Return the last part of what a call calls."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def wrong_way_imports(path: str, source: str) -> list[str]:
    """Return imports that point right, into the wiring, or into tests."""
    app = PurePosixPath(path).parts[0]
    allowed = {"config", *APPS} if app == "config" else set(APPS[: APPS.index(app) + 1])
    forbidden = {"config", "tests", "bench", *APPS} - allowed
    return [
        f"{path}:{line} imports {name}"
        for line, name in imports(ast.parse(source), path)
        if name.split(".")[0] in forbidden and not name.startswith(FREE_OF_WIRING)
    ]


def upward_imports(path: str, source: str) -> list[str]:
    """Return imports of a layer that stands above this module's."""
    above = ABOVE.get(kind_of(path), set())
    found = []
    for line, name in imports(ast.parse(source), path):
        parts = name.split(".")
        if parts[0] in APPS and len(parts) > 1 and parts[1] in above:
            found.append(f"{path}:{line} ({kind_of(path)}) imports {name}")
    return found


def requests_below_views(path: str, source: str) -> list[str]:
    """Return uses of a web request in layers that must work without one."""
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
    """Return a module whose name says nothing about what is in it."""
    return [path] if JUNK_DRAWERS.intersection(PurePosixPath(path).with_suffix("").parts) else []


def signals(path: str, source: str) -> list[str]:
    """Return imports of signals: side effects belong in actions, in sight."""
    return [
        f"{path}:{line} imports {name}" for line, name in imports(ast.parse(source), path) if name.startswith(SIGNALS)
    ]


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function and method."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def is_write(node: ast.Call) -> bool:
    """Return whether a call has the look of a write to the database.

    `QuerySet.update` takes keywords only and `Model.save` and `.delete` no positional arguments, which tells them from
    those of dictionaries, images and storages.
    """
    if not isinstance(node.func, ast.Attribute):
        return False
    name, target = node.func.attr, node.func.value
    if isinstance(target, ast.Call) and called_name(target) == "super":
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
    """Return whether an expression takes a model's rows by no door that knows the visitor."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
        if isinstance(node.value.value, ast.Name) and node.value.value.id in doorless:
            return False
        return node.value.attr in {"objects", "_default_manager", "_base_manager"} and node.attr not in DOORS
    if isinstance(node, ast.Call) and called_name(node) in {"get_object_or_404", "get_list_or_404"} and node.args:
        return isinstance(node.args[0], ast.Name) and node.args[0].id[:1].isupper() and node.args[0].id not in doorless
    return False


def open_fetches(path: str, source: str, doorless: frozenset[str] = frozenset()) -> list[tuple[str, str, int]]:
    """Return (path, function, line) of each place where a view takes rows by another door than what the visitor may see.

    The doors are `Model.objects.visible_to(user)` and `.countable_by(user)`; `get_object_or_404(Model, ...)` is none.
    Models in `doorless` belong to no team, so that everybody sees them.
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


def identifiers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and text of every name that the author of a module chose or used."""
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "asname"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                yield getattr(node, "lineno", 0), value


def deficit_words(path: str, source: str) -> list[str]:
    """Return names, and texts people may read, that speak of people as problems; docstrings and comments are free."""
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
    """Return an identifier's words, parted by blanks."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name)


def deficit_words_in_text(path: str, text: str) -> list[str]:
    """Return lines of a template that speak of people as problems."""
    return [
        f"{path}:{number} says {found[0]!r}"
        for number, line in enumerate(text.splitlines(), 1)
        if (found := DEFICIT.search(line))
    ]


def undocumented(path: str, source: str) -> list[str]:
    """Return public functions and classes without a docstring in the modules that hold the product's rules."""
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
    """Return a file, and functions, beyond the longest the house allows."""
    lines = source.count("\n")
    found = [f"{path} has {lines} lines"] if lines > LONGEST_FILE else []
    for function in functions(ast.parse(source)):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > LONGEST_FUNCTION:
            found.append(f"{path}:{function.lineno} {function.name} has {length} lines")
    return found


# Folders that exist on one person's machine only.
PLACES = re.compile(r"(?<![\w./-])/(?:root|work|workspace|farm|Users/\w+|home/(?!kith\b)\w+)/[\w.]")
# Put together from parts, so that this file does not hold what it looks for.
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
    """Return the lines of a file in which a pattern stands."""
    return [
        f"{path}:{number} holds {found[0]!r}"
        for number, line in enumerate(text.splitlines(), 1)
        if (found := pattern.search(line))
    ]


def loose_requirements(path: str, text: str) -> list[str]:
    """Return what makes a lock file less than exact: an address, a version not pinned, a pin without a hash."""
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
