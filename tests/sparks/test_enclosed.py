"""Photos and voice notes of applications: what is accepted, who gets them, and that their files end with them."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from sparks.applying import actions, sounds
from sparks.models import Application, Enclosure, EnclosureKind, HeldBy, Spark, Stage
from tests.factories.sparks import SIX_WORDS, ApplicantFactory, ApplicationFactory, EnclosureFactory
from tests.form_reader import forms_of
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db

WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"\0" * 400
SCREEN = reverse("applying:screen", args=[SIX_WORDS, "what"])


def send(client, **more):
    """Send the first screen with words and files, as a phone does, and return the response."""
    (form,) = forms_of(client.get(SCREEN))
    return client.post(SCREEN, {**form.data, "what": "A bench in the sun", **more})


def voice(content: bytes = WEBM, name: str = "voice.webm", kind: str = "audio/webm") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def _status(client, path: str) -> int:
    """Return the status of a response. Its file is read to its end, and so closed."""
    response = client.get(path)
    assert response.getvalue()
    return response.status_code


@pytest.fixture
def writing(public):
    return ApplicationFactory(page=public, words=SIX_WORDS, what="")


def test_a_voice_note_and_a_photo_instead_of_words(client, client_for, builder, manager, evaluator, stranger, writing):
    photo = SimpleUploadedFile("IMG_1.jpg", photo_bytes(), "image/jpeg")
    assert send(client, what="", voice=voice(), photo=photo).status_code == 302
    assert {each.kind for each in writing.enclosures.all()} == {EnclosureKind.VOICE, EnclosureKind.PHOTO}
    ApplicantFactory(application=writing)
    assert client.post(reverse("applying:screen", args=[SIX_WORDS, "check"])).status_code == 302
    for each in writing.enclosures.all():
        own = client.get(reverse("applying:enclosed", args=[SIX_WORDS, each.uuid]))
        assert (own.status_code, own["X-Content-Type-Options"]) == (200, "nosniff")
        path = reverse("sparks:application-enclosed", args=[writing.uuid, each.uuid])
        assert own.getvalue()
        assert [_status(client_for(user), path) for user in (builder, manager, evaluator, stranger)] == [
            200,
            200,
            403,
            404,
        ]
    # Whoever takes it up writes down what they heard, and those who decide hear it on the page of the spark.
    path = reverse("sparks:application-detail", args=[writing.uuid])
    take = next(each for each in forms_of(client_for(builder).get(path)) if "title" in each.data)
    assert client_for(builder).post(path, {**take.data, "title": "Bench"}).status_code == 200
    answer = client_for(builder).post(
        path, {**take.data, "title": "Bench", "what": "They want a bench.", "held_by": "group"}
    )
    assert answer.status_code == 302
    spark = Spark.objects.get()
    assert spark.what == "They want a bench."
    assert "<audio" in client_for(manager).get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()


def test_thirty_megabytes_are_refused_kindly_and_the_words_kept(client, writing):
    answer = send(client, voice=voice(WEBM + b"\0" * (30 * 1024 * 1024)))
    assert answer.status_code == 200
    assert "This voice note is 30 MB. The limit is 10 MB" in answer.content.decode()
    writing.refresh_from_db()
    assert (writing.what, writing.enclosures.count()) == ("A bench in the sun", 0)
    assert "A bench in the sun" in answer.content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"<script>alert(1)</script>" * 20,
        b"#!/bin/sh\nrm -rf /\n" * 20,
        b"\xff\xd8\xff\xe0" + b"\0" * 400,
        WEBM[:60],
        b"MZ" + b"\0" * 400,
    ],
)
def test_what_is_no_sound_is_refused_whatever_it_is_called(client, writing, content):
    answer = send(client, voice=voice(content, "song.mp3", "audio/mpeg"))
    assert "cannot be played as a voice note" in answer.content.decode()
    writing.refresh_from_db()
    assert (writing.what, Enclosure.objects.count()) == ("A bench in the sun", 0)


@pytest.mark.parametrize("box", ["voice", "photo"])
def test_an_empty_file_is_refused_and_the_words_kept(client, writing, box):
    answer = send(client, **{box: voice(b"", "note.m4a")})
    assert "is empty" in answer.content.decode()
    writing.refresh_from_db()
    assert (writing.what, Enclosure.objects.count()) == ("A bench in the sun", 0)


def test_an_upload_that_was_cut_off_keeps_the_words_before_it(client, writing):
    boundary = "kithkithkith"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="what"\r\n\r\nA bench in the sun\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    body = head + photo_bytes((640, 480))[:700]
    answer = client.post(SCREEN, body, content_type=f"multipart/form-data; boundary={boundary}")
    # Nobody reads this answer: the connection is gone. What arrived whole is stored, and half a file is not.
    assert answer.status_code == 302
    writing.refresh_from_db()
    assert (writing.what, Enclosure.objects.count()) == ("A bench in the sun", 0)


@pytest.mark.parametrize(
    ("head", "ending"),
    [
        (WEBM[:64], ".webm"), (b"OggS\0\2", ".ogg"), (b"\0\0\0\x1cftypM4A \0\0", ".m4a"), (b"\0\0\0\x18ftypisom", ".m4a"),
        (b"ID3\x04", ".mp3"), (b"\xff\xfb\x90\x44", ".mp3"), (b"\xff\xf1\x50\x80", ".aac"), (b"RIFF\0\0\0\0WAVE", ".wav"),
        (b"\xff\xfb\xf0\x44", ""), (b"\xff\xd8\xff\xe0", ""), (b"RIFF\0\0\0\0WEBP", ""), (b"", ""), (b"\xff", ""),
    ],
)  # fmt: skip
def test_sounds_are_known_by_their_first_bytes(head, ending):
    assert sounds.ending_of(head) == ending


def test_a_photo_loses_where_it_was_taken(client, writing):
    exif = Image.Exif()
    exif[0x010E] = "taken at 51.45, -2.59"
    content = ContentFile(b"")
    Image.new("RGB", (64, 48), "green").save(content, "JPEG", exif=exif)
    content.seek(0)
    send(client, photo=SimpleUploadedFile("IMG_2.jpg", content.read(), "image/jpeg"))
    with Enclosure.objects.get().file.open("rb") as stored:
        assert b"51.45" not in stored.read()


def test_a_part_of_a_voice_note_is_sent_to_players_that_ask_for_it(client, writing):
    send(client, voice=voice())
    path = reverse("applying:enclosed", args=[SIX_WORDS, Enclosure.objects.get().uuid])
    part = client.get(path, headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.content, part["Content-Range"]) == (206, WEBM[:2], f"bytes 0-1/{len(WEBM)}")
    assert client.get(path, headers={"Range": "bytes=-4"}).content == WEBM[-4:]
    assert client.get(path, headers={"Range": "bytes=nonsense"}).status_code == 200


def test_a_second_voice_note_takes_the_place_of_the_first(client, writing, django_capture_on_commit_callbacks):
    send(client, voice=voice())
    first = Enclosure.objects.get().file
    with django_capture_on_commit_callbacks(execute=True):
        send(client, voice=voice(WEBM + b"more"))
    assert Enclosure.objects.get().file.name != first.name
    assert not first.storage.exists(first.name)


def test_at_most_three_photos_and_each_can_be_removed(client, writing):
    for _photo in range(3):
        EnclosureFactory(application=writing)
    another = SimpleUploadedFile("a.jpg", photo_bytes(), "image/jpeg")
    assert "There are 3 photos already" in send(client, photo=another).content.decode()
    assert send(client, remove=str(writing.enclosures.first().uuid)).status_code == 302
    assert writing.enclosures.count() == 2
    assert send(client, remove="nonsense").status_code == 302


def test_files_end_with_the_application(clock, public, django_capture_on_commit_callbacks):
    file = EnclosureFactory(application=ApplicationFactory(page=public)).file
    clock.shift(timedelta(days=91))
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.delete_old_applications() == 1
    assert not file.storage.exists(file.name)


def test_after_sending_nothing_is_added_or_removed(client, public):
    application = ApplicationFactory(page=public, words=SIX_WORDS, sent=True)
    enclosure = EnclosureFactory(application=application)
    answer = client.post(SCREEN, {"what": "More", "voice": voice(), "remove": str(enclosure.uuid)})
    assert (answer.status_code, application.enclosures.count()) == (409, 1)
    assert application.stage == Stage.SENT


def test_only_the_first_screen_may_ask_for_the_microphone(client, writing):
    assert "microphone=(self)" in client.get(SCREEN)["Permissions-Policy"]
    assert "microphone=()" in client.get(reverse("applying:screen", args=[SIX_WORDS, "who"]))["Permissions-Policy"]


def test_words_of_another_application_open_no_file_of_this_one(client, public, writing):
    other = EnclosureFactory(application=ApplicationFactory(page=public))
    assert client.get(reverse("applying:enclosed", args=[SIX_WORDS, other.uuid])).status_code == 404


def test_goods_are_an_answer_to_the_end(writing):
    actions.save_answers(application=writing, what="A bench", amount_gbp=40, held_by=HeldBy.GOODS)
    assert Application.objects.get().held_by == HeldBy.GOODS
