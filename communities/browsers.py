"""Identify where a request comes from: its network, and whether the account knows the browser."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

SALT = "kith.known-browser"
#: The longest lifetime of a cookie. Source: RFC 6265bis, section 5.5.
AGE = timedelta(days=400)
#: The most accounts that one browser is known to; on a shared phone, the newest replaces the oldest.
MOST = 10
#: The IPv6 prefix that a household or office has at least. Source: RFC 6177.
IPV6_PREFIX = 64
_WITH_PORT = re.compile(r"\[([0-9a-fA-F:.]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+")


@dataclass(frozen=True)
class Source:
    """The source of an attempt: a network, or the UUID of a known browser."""

    name: str
    is_known: bool


def network_address(meta: Mapping[str, str]) -> str:
    """Return the network address of a request.

    Behind a proxy, this is the last entry of X-Forwarded-For, which the proxy wrote; clients can forge the others.
    """
    forwarded = meta.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or meta.get("REMOTE_ADDR", "")


def network(address: str) -> str:
    """Return the network of an address: an IPv4 address itself, or the first 64 bits of an IPv6 address.

    Any other text, such as the name of a socket, is returned unchanged.
    """
    found = _WITH_PORT.fullmatch(address)
    try:
        parsed: IPv4Address | IPv6Address = ip_address((found[1] or found[2]) if found else address)
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), IPV6_PREFIX), strict=False))


def source_of(request: HttpRequest, email: str) -> Source:
    """Return the source of an attempt for an account."""
    number, marks = _read(request)
    if number and _mark(email) in marks:
        return Source(number, is_known=True)
    return Source(network(network_address(request.META)), is_known=False)


def remember_browser(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Mark the browser as known to an account, because its owner has just signed in there."""
    number, marks = _read(request)
    kept = [mark for mark in marks if mark != _mark(email)][1 - MOST :]
    value = signing.dumps([number or get_random_string(22), [*kept, _mark(email)]], salt=SALT)
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        value,
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    """Return the browser's UUID and the marks of the accounts that know it; empty for a cookie that Kith did not sign."""
    try:
        number, marks = signing.loads(
            request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""), salt=SALT, max_age=AGE
        )
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return number, marks


def _mark(email: str) -> str:
    """Return a keyed hash of an account, which reveals nothing to a reader of the cookie."""
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:22]
