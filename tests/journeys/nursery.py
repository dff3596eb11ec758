"""Serve Kith from a separate process that can be killed and restarted at once.

    python -m tests.journeys.nursery PORT

This process loads everything and serves nothing. For each line that it reads it forks a gunicorn with a process group
of its own, which opens the port itself, and prints its process id: killing that group leaves nothing of it behind.
"""

import os
import signal
import sys

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from gunicorn.app.base import BaseApplication


class Kith(BaseApplication):
    """Gunicorn as docs/deployment.md runs it, with an application that is already loaded."""

    def __init__(self, application: object, port: str) -> None:
        self.application, self.port = application, port
        super().__init__()

    def load_config(self) -> None:
        """Set what the service's command line would set."""
        self.cfg.set("bind", f"127.0.0.1:{self.port}")
        self.cfg.set("threads", 4)
        self.cfg.set("control_socket_disable", True)
        self.cfg.set("loglevel", "error")

    def load(self) -> object:
        """Return the application."""
        return self.application


def main(port: str) -> None:
    """Start a server for each line read."""
    application = get_wsgi_application()
    get_resolver()._populate()
    print("ready", flush=True)
    for _line in sys.stdin:
        child = os.fork()
        if not child:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            Kith(application, port).run()
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    # Killed children are reaped at once, so that no zombie processes stay.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    main(sys.argv[1])
