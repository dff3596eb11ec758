"""Run Kith's JavaScript without a page, in the Node that comes with the Playwright package."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import playwright

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "static" / "js"
ANSWER = ROOT / "tests" / "js" / "answer.mjs"
#: The timeout in seconds: a call that never ends fails its test instead of blocking all.
PATIENCE = 120


class ScriptError(Exception):
    """An error thrown by a script, with its stack trace."""


def find_node() -> Path:
    """Return the path of Node: the one that comes with Playwright, or PLAYWRIGHT_NODEJS_PATH."""
    name = "node.exe" if sys.platform == "win32" else "node"
    return Path(os.environ.get("PLAYWRIGHT_NODEJS_PATH") or Path(playwright.__file__).parent / "driver" / name)


class Node:
    """A process that runs functions of Kith's scripts, one call after another."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [find_node(), ANSWER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def run(self, scripts: str, function: str, *arguments: object) -> object:
        """Return the result of a function of these scripts; arguments and result are passed as JSON.

        scripts: their names in static/js, without ".js", separated by spaces. function: an expression, such as
        "kithNames.split".
        Raises: ScriptError when it throws or does not respond.
        """
        paths = [str(SCRIPTS / f"{name}.js") for name in scripts.split()]
        limit = threading.Timer(PATIENCE, self._process.kill)
        limit.start()
        try:
            print(
                json.dumps({"scripts": paths, "run": function, "args": arguments}), file=self._process.stdin, flush=True
            )
            said = self._process.stdout.readline()
        finally:
            limit.cancel()
        if not said:
            raise ScriptError(f"{function} did not answer")
        answer = json.loads(said)
        if "error" in answer:
            raise ScriptError(answer["error"])
        return answer.get("value")

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
