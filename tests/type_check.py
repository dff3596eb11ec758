"""Check the types with mypy: `python -m tests.type_check`, a part of `make lint`.

In the layers that `tests/checks.py` names in TYPED, everything that mypy says counts. Elsewhere only two things do, which no
class of Django's explains: an argument that a function does not take, and a name that a module does not have. mypy checks for
the oldest Python that Kith supports, so both find what only a newer one has.
"""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests import checks

ROOT = Path(__file__).resolve().parent.parent
_SILENCE = re.compile(r"#\s*(?:type:\s*ignore|mypy:)")


def modules() -> list[str]:
    """Return the modules of Kith, without migrations."""
    files = (file.relative_to(ROOT) for app in ("config", *checks.APPS) for file in sorted((ROOT / app).rglob("*.py")))
    return [file.as_posix() for file in files if "migrations" not in file.parts]


def counts(path: str, code: str, message: str) -> bool:
    """Return whether a message of mypy's about a module is a fault."""
    if not path.startswith("config/") and checks.is_typed(path):
        return True
    return code in {"call-arg", "syntax"} or (code == "attr-defined" and message.startswith("Module "))


def silenced(path: str, source: str) -> list[str]:
    """Return what would make mypy silent in a module whose types are checked."""
    if not checks.is_typed(path):
        return []
    casts = (line for line, name in checks.imports(ast.parse(source), path) if name == "typing.cast")
    return [*checks.found_in_text(path, source, _SILENCE), *(f"{path}:{line} imports cast" for line in casts)]


def faults(files: Iterable[str], *options: str) -> list[dict[str, Any]]:
    """Return what mypy finds in files, with `file`, `line`, `code` and `message` of each.

    Raises: RuntimeError with what mypy printed if it could not finish.
    """
    command = [sys.executable, "-m", "mypy", "--output=json", "--show-traceback", *options, *files]
    # The plugin starts Django: settings of one's own must not decide what is found.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KITH_", "DATABASE_URL"))}
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode not in {0, 1}:
        raise RuntimeError(answer.stdout + answer.stderr)
    said = [json.loads(line) for line in answer.stdout.splitlines()]
    return [each for each in said if each["severity"] == "error"]


def main() -> int:
    """Print the faults of all modules, and return 1 if there are any."""
    found = [each for each in faults(modules()) if counts(each["file"], each["code"], each["message"])]
    for each in found:
        print(f"{each['file']}:{each['line']}: {each['message']}  [{each['code']}]")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
