"""Notes to colleagues and attachments: who reads them, what is accepted, and what is left of them."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from communities.actions.undo import undo
from communities.models import Role, Undoable
from connectors.actions.consent import record_consents
from connectors.actions.erasing import erase_person
from sparks import actions
from sparks.actions.beside import MOST_FILES
from sparks.applying.actions.team import take_up
from sparks.attached import MAX_BYTES, clean_attachment
from sparks.models import Attachment, Note, Spark
from tests.factories.communities import UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import (
    SIX_WORDS,
    ApplicantFactory,
    ApplicationFactory,
    AttachmentFactory,
    NoteFactory,
    RoundFactory,
    SparkFactory,
)
from tests.photos import encoded, photo_bytes, picture

pytestmark = pytest.mark.django_db
SECRET = "They fell out with the hall last year"


@pytest.fixture
def spark(team, builder):
    """Return a spark that waits for a decision."""
    return SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder)


def page(client, spark: Spark) -> str:
    """Return the spark's page."""
    return client.get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()


def upload(client, spark: Spark, content: bytes, name: str = "quote.pdf", title: str = "A quote"):
    """Attach a file as the page does."""
    data = {"attach-title": title, "attach-file": SimpleUploadedFile(name, content)}
    return client.post(reverse("sparks:attachment-create", args=[spark.uuid]), data, follow=True)


def package(*names: str, first: bytes = b"") -> bytes:
    """Return a ZIP with files of these names; first: the content of an entry "mimetype" before them."""
    out = BytesIO()
    with ZipFile(out, "w") as made:
        if first:
            made.writestr("mimetype", first)
        for name in names:
            made.writestr(name, "<x/>")
    return out.getvalue()


PDF = b"%PDF-1.7 one quote"
DOCX = package("[Content_Types].xml", "word/document.xml")
ODT = package("content.xml", first=b"application/vnd.oasis.opendocument.text")


# Notes.


def test_colleagues_read_a_note_and_the_page_says_who_does(spark, builder, client_for, second_manager):
    client = client_for(builder)
    address = reverse("sparks:note-create", args=[spark.uuid])
    assert "Note saved." in client.post(address, {"note-words": SECRET}, follow=True).content.decode()
    deputy = UserFactory(roles={spark.team: [Role.DEPUTY]})
    for reader in (builder, second_manager, deputy):
        shown = page(client_for(reader), spark)
        assert SECRET in shown
        assert "Builders, managers and deputies of the team read these notes." in shown


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.PAYER])
def test_those_who_do_not_read_the_texts_read_no_notes(role, spark, client_for):
    NoteFactory(spark=spark, words=SECRET)
    AttachmentFactory(spark=spark, title="Letter of the vicar")
    shown = page(client_for(UserFactory(roles={spark.team: [role]})), spark)
    assert SECRET not in shown
    assert "Letter of the vicar" not in shown


@pytest.mark.parametrize("how", ["member", "email", "bar"])
def test_a_colleague_behind_the_spark_reads_no_notes_and_writes_none(how, team, builder, client_for):
    near = UserFactory(roles={team: [Role.MANAGER]}, email="near@example.org")
    spark = SparkFactory(round=RoundFactory(team=team), created_by=builder)
    if how == "member":
        spark.members.add(near)
    else:
        rose = PersonFactory(team=team, email="Near@example.org")
        spark.applicants.add(rose)
        actions.submit_spark(spark=spark, by=builder)
        if how == "bar":
            type(rose).objects.filter(pk=rose.pk).update(email="")
    NoteFactory(spark=spark, words=SECRET)
    client = client_for(near)
    assert SECRET not in page(client, spark)
    assert "Write a note" not in page(client, spark)
    client.post(reverse("sparks:note-create", args=[spark.uuid]), {"note-words": "Mine"})
    assert list(Note.objects.values_list("words", flat=True)) == [SECRET]


def test_the_people_behind_it_never_see_a_note_on_their_page(client, builder, public):
    sent = ApplicantFactory(application=ApplicationFactory(page=public, sent=True, words=SIX_WORDS)).application
    taken = take_up(application=sent, by=builder, title="A bench", held_by="group")
    NoteFactory(spark=taken, words=SECRET)
    AttachmentFactory(spark=taken, title="Letter of the vicar")
    shown = client.get(reverse("applying:mine", args=[SIX_WORDS])).content.decode()
    assert taken.title in shown
    assert SECRET not in shown
    assert "Letter of the vicar" not in shown


def test_only_the_writer_deletes_a_note_and_can_undo_it(spark, builder, manager, client_for):
    note = NoteFactory(spark=spark, by=builder, words=SECRET)
    address = reverse("sparks:note-delete", args=[note.uuid])
    assert client_for(manager).post(address).status_code == 403
    assert "The note has been deleted." in client_for(builder).post(address, follow=True).content.decode()
    assert not Note.objects.exists()
    undo(undoable=Undoable.objects.get(), by=builder)
    assert Note.objects.get().words == SECRET


def test_an_empty_note_is_refused_beside_its_field(spark, builder, client_for):
    response = client_for(builder).post(reverse("sparks:note-create", args=[spark.uuid]), {"note-words": " "})
    assert "Enter your note." in response.content.decode()


# Attachments.


@pytest.mark.parametrize(
    ("content", "suffix"),
    [(PDF, ".pdf"), (DOCX, ".docx"), (ODT, ".odt"), (photo_bytes(), ".jpg"), (encoded(picture("RGBA", (9, 9)), "PNG"), ".webp")],
    ids=["pdf", "docx", "odt", "jpeg", "png"],
)  # fmt: skip
def test_the_type_is_read_from_the_content_not_from_the_name(content, suffix):
    assert clean_attachment(ContentFile(content, name="letter.exe")).name.endswith(suffix)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<!doctype html><script>alert(1)</script>", "kind"),
        (b"\x00" * 4 + b"ftypheic" + b"\x00" * 50, "heic"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "svg"),
        (b"GIF89a" + b"\x00" * 50, "unreadable"),
        (b"MZ program", "kind"),
        (package("evil.exe"), "kind"),
        (b"PK\x03\x04 broken", "kind"),
        (package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "program"),
        (package("Basic/Standard/Module1.xml", first=b"application/vnd.oasis.opendocument.text"), "program"),
        (package("xl/workbook.xml", "[Content_Types].xml"), "kind"),
        (b"\xff\xd8\xff not a photo", "unreadable"),
        (PDF + b"\x00" * MAX_BYTES, "too_large"),
    ],
    ids=["html", "heic", "svg", "gif", "program", "zip", "broken-zip", "word-macro", "odt-macro", "workbook", "no-photo", "large"],
)  # fmt: skip
def test_every_other_file_is_refused_in_words(content, code):
    with pytest.raises(ValidationError) as refused:
        clean_attachment(ContentFile(content, name="quote.pdf"))
    assert refused.value.code == code


def test_a_photo_loses_its_location(spark, builder, client_for):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (51.0, 27.0, 0.0)}
    content = encoded(picture("RGB", (64, 48)), "JPEG", exif=exif)
    assert b"Exif" in content
    upload(client_for(builder), spark, content, "photo.jpg")
    with Attachment.objects.get().file.open("rb") as file:
        stored = file.read()
    assert b"Exif" not in stored
    assert not Image.open(BytesIO(stored)).getexif()


def test_a_document_is_only_downloaded_and_never_guessed(spark, builder, client_for):
    upload(client_for(builder), spark, PDF, "../../<script>.html", title="Quote: “marquee”")
    found = Attachment.objects.get()
    assert found.file.name.endswith(".pdf")
    assert "script" not in found.file.name
    answer = client_for(builder).get(reverse("sparks:attachment-file", args=[found.uuid]))
    assert answer.getvalue() == PDF  # A file is closed after it is read to its end.
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="quote-marquee.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("who", ["evaluator", "stranger", "payer", "anonymous"])
def test_nobody_else_opens_a_file(who, spark, client, client_for, request):
    found = AttachmentFactory(spark=spark)
    if who == "payer":
        client = client_for(UserFactory(roles={spark.team: [Role.PAYER]}))
    elif who != "anonymous":
        client = client_for(request.getfixturevalue(who))
    answer = client.get(reverse("sparks:attachment-file", args=[found.uuid]))
    assert answer.status_code == {"anonymous": 302, "stranger": 404}.get(who, 403)


def test_a_missing_file_is_not_found(spark, builder, client_for):
    found = AttachmentFactory(spark=spark)
    found.file.storage.delete(found.file.name)
    assert client_for(builder).get(reverse("sparks:attachment-file", args=[found.uuid])).status_code == 404


def test_a_refused_file_keeps_its_title(spark, builder, client_for):
    shown = upload(client_for(builder), spark, b"MZ", title="Quote of the hall").content.decode()
    assert "This kind of file cannot be attached." in shown
    assert 'value="Quote of the hall"' in shown
    assert not Attachment.objects.exists()


def test_the_eleventh_file_is_refused(spark, builder):
    for _each in range(MOST_FILES):
        AttachmentFactory(spark=spark)
    with pytest.raises(ValidationError, match="There are 10 files already. Delete one first."):
        actions.add_attachment(spark=spark, by=builder, title="Another", file=clean_attachment(ContentFile(PDF)))


def test_deleted_by_whoever_attached_it_or_a_manager_and_undone_with_its_file(spark, builder, manager, client_for):
    other = UserFactory(roles={spark.team: [Role.BUILDER]})
    found = AttachmentFactory(spark=spark, by=builder)
    address = reverse("sparks:attachment-delete", args=[found.uuid])
    assert client_for(other).post(address).status_code == 403
    assert "The file has been deleted." in client_for(manager).post(address, follow=True).content.decode()
    assert not Attachment.objects.exists()
    undo(undoable=Undoable.objects.get(), by=manager)
    with Attachment.objects.get().file.open("rb") as file:
        assert file.read().startswith(b"%PDF-")


# What is left of them.


def test_erasing_takes_the_name_out_of_notes_and_deletes_files_for_good(spark, builder, manager):
    her = PersonFactory(team=spark.team, known_as="Wilhelmina Quick")
    spark.applicants.add(her)
    NoteFactory(spark=spark, by=builder, words="Wilhelmina Quick has the key.")
    kept, deleted = AttachmentFactory(spark=spark), AttachmentFactory(spark=spark)
    actions.delete_attachment(attachment=deleted, by=manager)
    erase_person(person=her, by=manager)
    assert "Wilhelmina" not in Note.objects.get().words
    assert "has the key" in Note.objects.get().words
    assert not Attachment.objects.exists()
    assert not Undoable.objects.filter(model="sparks.attachment").exists()
    assert kept.pk != deleted.pk


def test_a_no_to_photos_deletes_attached_photos_and_refuses_new_ones(
    spark, builder, manager, django_capture_on_commit_callbacks
):
    her = PersonFactory(team=spark.team)
    spark.applicants.add(her)
    photo = lambda: clean_attachment(ContentFile(photo_bytes()))  # noqa: E731
    shown = actions.add_attachment(spark=spark, by=builder, title="Us", file=photo())
    actions.add_attachment(spark=spark, by=builder, title="A quote", file=clean_attachment(ContentFile(PDF)))
    with django_capture_on_commit_callbacks(execute=True):
        record_consents(person=her, by=manager, answers={"photo": False})
    assert [each.title for each in Attachment.objects.all()] == ["A quote"]
    assert not shown.file.storage.exists(shown.file.name)
    with pytest.raises(ValidationError) as refused:
        actions.add_attachment(spark=spark, by=builder, title="Us", file=photo())
    assert "file" in refused.value.error_dict


def test_a_photo_does_not_come_back_after_a_no(spark, builder, manager):
    her = PersonFactory(team=spark.team)
    spark.applicants.add(her)
    shown = actions.add_attachment(
        spark=spark, by=builder, title="Us", file=clean_attachment(ContentFile(photo_bytes()))
    )
    actions.delete_attachment(attachment=shown, by=builder)
    record_consents(person=her, by=manager, answers={"photo": False})
    undo(undoable=Undoable.objects.get(model="sparks.attachment"), by=builder)
    assert not Attachment.objects.exists()
