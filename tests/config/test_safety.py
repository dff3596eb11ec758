"""Security on every page: hosts, cookies, headers, and the end of a session."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests.factories.communities import PASSWORD
from tests.hostile import HostileClient
from tests.test_setup import PRODUCTION, ROOT

ASK = """
import io, json, os
from config.wsgi import application
from django.conf import settings
said = {}
def start(status, headers, exc_info=None): said.update(status=status, headers=dict(headers))
environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "kith", "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO()}
b"".join(application({**environ, **json.loads(os.environ["ASKED"])}, start))
names = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "DEBUG")
print(json.dumps({**said, "settings": {name: getattr(settings, name) for name in names}}))
"""


def served(tmp_path: Path, environ: dict[str, str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Load Kith as a web server does, in a separate process, and request its first page."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    variables = {**kept, "KITH_VAR_DIR": str(tmp_path / "var"), "ASKED": json.dumps(environ), **environment}
    return subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )


def test_a_web_server_does_not_start_on_the_development_secret(tmp_path: Path) -> None:
    answer = served(tmp_path, {})
    assert answer.returncode != 0
    assert "KITH_SECRET_KEY must be set" in answer.stderr


def test_production_moves_everyone_to_https_with_cookies_of_this_host_only(tmp_path: Path) -> None:
    answer = served(tmp_path, {"HTTP_HOST": "kith.example.org"}, **PRODUCTION)
    assert answer.returncode == 0, answer.stderr
    said = json.loads(answer.stdout)
    assert (said["status"], said["headers"]["Location"]) == ("301 Moved Permanently", "https://kith.example.org/")
    assert said["settings"] == {
        "SESSION_COOKIE_NAME": "__Host-kith-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_NAME": "__Host-kith-csrf",
        "CSRF_COOKIE_SECURE": True,
        "DEBUG": False,
    }


def test_behind_an_https_proxy_there_is_no_second_redirect(tmp_path: Path) -> None:
    asked = {"HTTP_HOST": "kith.example.org", "HTTP_X_FORWARDED_PROTO": "https"}
    believed = served(tmp_path, asked, **PRODUCTION, KITH_BEHIND_PROXY="1")
    assert json.loads(believed.stdout)["status"] == "302 Found"
    assert "max-age=31536000" in json.loads(believed.stdout)["headers"]["Strict-Transport-Security"]
    unasked = served(tmp_path, asked, **PRODUCTION)
    assert json.loads(unasked.stdout)["status"] == "301 Moved Permanently"


def test_an_unknown_host_is_refused(client: HostileClient) -> None:
    assert client.get("/", headers={"host": "elsewhere.example.org"}).status_code == 400


@pytest.mark.django_db
def test_every_page_has_the_strict_headers(client: HostileClient) -> None:
    headers = client.get(reverse(settings.LOGIN_URL)).headers
    policy = {part.split(" ", 1)[0]: part.split(" ", 1)[1] for part in headers["Content-Security-Policy"].split("; ")}
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
    allowed = dict(part.split("=") for part in headers["Permissions-Policy"].split(", "))
    assert allowed.pop("geolocation") == "(self)"
    assert {"camera", "microphone", "usb"} <= set(allowed)
    assert set(allowed.values()) == {"()"}


def test_deactivating_a_user_ends_their_session(client_for, builder) -> None:
    client = client_for(builder)
    assert client.get(reverse("today")).status_code == 200
    builder.is_active = False
    builder.save()
    response = client.get(reverse("today"))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse(settings.LOGIN_URL))


def test_a_new_password_ends_other_sessions(client_for, builder) -> None:
    client = client_for(builder)
    builder.set_password("another walk by the brook")
    builder.save()
    assert client.get(reverse("today")).status_code == 302


@pytest.mark.parametrize("contact", ["mailto:security@example.org", "https://example.org/weakness"])
def test_security_txt_says_where_to_report_a_vulnerability(
    contact: str, client: HostileClient, settings, clock
) -> None:
    settings.SECURITY_CONTACT = contact
    answer = client.get("/.well-known/security.txt")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.content.decode().splitlines() == [
        f"Contact: {contact}",
        "Expires: 2026-11-16T00:00:00Z",
        "Preferred-Languages: en",
        "Canonical: http://testserver/.well-known/security.txt",
    ]


def test_without_a_contact_there_is_no_security_txt(client: HostileClient, db) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


def test_password_managers_find_the_change_password_page(client_for, builder) -> None:
    answer = client_for(builder).get("/.well-known/change-password")
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("communities:password-change"))


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "abababababab", "AaAaAaAaAaAaAa", "1122112211221122"])
def test_a_password_with_few_different_characters_is_refused(password: str, client_for, builder) -> None:
    with pytest.raises(ValidationError, match="five different characters"):
        validate_password(password)
    answer = client_for(builder).post(
        reverse("communities:password-change"),
        {"old_password": PASSWORD, "new_password1": password, "new_password2": password},
    )
    assert "at least five different characters" in answer.content.decode()


def test_a_long_password_is_accepted() -> None:
    assert validate_password("another walk by the brook") is None
