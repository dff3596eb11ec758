"""What makes Kith an app on a phone: the service worker, the manifest and the page for use without signal."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

#: Files that the copy of the page uses, besides the page: a change in one of these makes a new worker.
MADE_OF = (
    "js/worker.js",
    "js/store.js",
    "js/queue.js",
    "js/sealing.js",
    "js/record.js",
    "js/folding.js",
    "js/names.js",
    "js/capture.js",
    "css/main.css",
)
#: The background of the light scheme, as in static/css/tokens.css.
PAPER = "#f5efe3"


@cache
def _read(name: str, _when: float) -> str:
    return Path(finders.find(name)).read_text(encoding="utf-8")


def _source(name: str) -> str:
    """Return a static file's text from the source tree, read again when the file changes."""
    return _read(name, Path(finders.find(name)).stat().st_mtime)


def version() -> str:
    """Return a short version of this deployment's files, from their digests where file names contain them."""
    deploy = getattr(staticfiles_storage, "manifest_hash", "")
    parts = [deploy, *(static(name) + _source(name) for name in MADE_OF)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


@require_safe
@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """Send the worker, with this deployment's version and URLs above its source; requested again each time."""
    pages = [reverse("connectors:conversation-create"), reverse("connectors:light-touch-create")]
    no_signal = reverse("connectors:no-signal")
    addresses = {
        "version": version(),
        "scripts": [static("js/store.js"), static("js/queue.js")],
        "capture": reverse("connectors:capture"),
        "captureForm": reverse("connectors:capture-form"),
        "pages": pages,
        "offline": [no_signal, f"{no_signal}?bare=1"],
        "static": settings.STATIC_URL,
    }
    words = f"self.KITH = {json.dumps(addresses)};\n{_source('js/worker.js')}"
    headers = {"Service-Worker-Allowed": "/", "Cache-Control": "no-cache, no-store"}
    return HttpResponse(words, content_type="text/javascript; charset=utf-8", headers=headers)


@require_safe
@login_not_required
def manifest(request: HttpRequest) -> JsonResponse:
    """Send the app manifest: how Kith looks on a home screen, and that it opens the form of a conversation."""
    icon = {"type": "image/png", "purpose": "any"}
    about = {
        "id": "/",
        "name": _("Kith – log a conversation"),
        "short_name": _("Kith"),
        "description": _("Log what neighbours told you, with or without signal."),
        "lang": request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else settings.LANGUAGE_CODE,
        "start_url": reverse("connectors:conversation-create"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {**icon, "src": static("img/icon-192.png"), "sizes": "192x192"},
            {**icon, "src": static("img/icon-512.png"), "sizes": "512x512"},
            {**icon, "src": static("img/icon-maskable-512.png"), "sizes": "512x512", "purpose": "maskable"},
        ],
    }
    return JsonResponse(
        about, content_type="application/manifest+json", headers={"Cache-Control": "no-cache, no-store"}
    )


@require_safe
@login_not_required
def no_signal(request: HttpRequest) -> HttpResponse:
    """Show the page for a phone without signal, which links to the page that works without; cached on the phone."""
    return render(request, "connectors/no_signal.html", {"has_copy": "bare" not in request.GET})
