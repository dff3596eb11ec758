"""Mail in development is readable, and its links work."""

import io

from django.core.mail import EmailMessage

from config import mail


def test_a_printed_message_keeps_long_links_on_one_line() -> None:
    link = "http://localhost:8000/join/" + "a1=-_" * 30 + "/"
    stream = io.StringIO()
    message = EmailMessage("Come and join", f"Hello Siân,\n\n{link}\n", "kith@localhost", ["sian@eastmere.example"])
    assert mail.EmailBackend(stream=stream).send_messages([message]) == 1
    lines = stream.getvalue().splitlines()
    assert lines[:3] == ["From: kith@localhost", "To: sian@eastmere.example", "Subject: Come and join"]
    assert "Hello Siân," in lines
    assert link in lines
