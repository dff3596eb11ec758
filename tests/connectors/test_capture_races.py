"""Many phones at once: every item is saved once, whichever comes first. Threads have connections of their own."""

import itertools
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from communities.models import Role
from connectors.capture.actions.sealing_keys import current_key
from connectors.models import Conversation, SealedItem, SealingKey
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors_capture import Phone, SealingKeyFactory
from tests.photos import photo_bytes


def in_threads(count: int, acts: list[Callable[[], object]]) -> list[object]:
    """Return the result of each callable, run at once by a number of threads, in the order of the callables."""

    def one(act: Callable[[], object]) -> object:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return [future.result(timeout=120) for future in [pool.submit(one, act) for act in acts]]


@pytest.fixture
def phone(transactional_db) -> Phone:
    """Return a builder's phone."""
    SealingKeyFactory()
    team = TeamFactory()
    return Phone(UserFactory(roles={team: [Role.BUILDER]}), team)


def status(phone: Phone, item: dict) -> int:
    """Send once, and return the status of the response."""
    return phone.send(item).status_code


def until_settled(phone: Phone, item: dict) -> int:
    """Send as a phone does, again after "busy", and return the last status."""
    for pause in itertools.chain((0, 0.05, 0.2, 0.5, 1, 2, 4), itertools.repeat(5, 6)):
        time.sleep(pause)
        answer = phone.send(item, client=Client(raise_request_exception=False)).status_code
        if answer < 500:
            break
    return answer


@pytest.mark.postgresql
def test_sending_one_item_64_times_at_once_saves_one(phone) -> None:
    item = phone.write(people="Rose", summary="She bakes.")
    answers = in_threads(16, [lambda: phone.send(item).status_code] * 64)
    assert Counter(answers) == {201: 1, 200: 63}
    assert Conversation.objects.count() == SealedItem.objects.count() == 1


def test_many_phones_at_once_lose_and_duplicate_nothing(transactional_db) -> None:
    SealingKeyFactory()
    team = TeamFactory()
    phones = [Phone(UserFactory(roles={team: [Role.BUILDER]}), team) for _ in range(32)]
    sent = [(phone, phone.write(people=f"Resident {n}", summary=f"Note {n}")) for phone in phones for n in range(4)]
    # Each is sent twice, as by a phone that got no response.
    answers = in_threads(32, [lambda pair=pair: until_settled(*pair) for pair in [*sent, *sent[::3]]])
    assert set(answers) <= {200, 201}
    assert Counter(answers)[201] == len(sent)
    assert {str(uuid) for uuid in Conversation.objects.values_list("uuid", flat=True)} == {
        item["uuid"] for _, item in sent
    }
    assert Conversation.objects.count() == SealedItem.objects.count() == len(sent)


@pytest.mark.postgresql
def test_versions_of_a_draft_at_once_keep_the_latest(phone, race) -> None:
    number = uuid4()
    drafts = [phone.draft(number, version, summary=f"Version {version}") for version in range(1, 9)]
    answers = race(*[lambda draft=draft: phone.send(draft).status_code for draft in drafts])
    assert Counter(answers) == {201: 1, 200: 7}
    assert SealedItem.objects.get().draft_version == 8


@pytest.mark.postgresql
def test_a_draft_and_its_conversation_at_once_keep_the_conversation(phone, race) -> None:
    for _ in range(4):
        number = uuid4()
        draft, item = phone.draft(number, 1, summary="Rose ba"), phone.write(uuid=number, people="Rose")
        answers = race(partial(status, phone, draft), partial(status, phone, item))
        assert set(answers) <= {200, 201}
        assert SealedItem.objects.get(uuid=number).kind == "conversation"
        assert Conversation.objects.filter(uuid=number).count() == 1


@pytest.mark.postgresql
def test_a_photo_and_its_text_at_once_are_joined(phone, race) -> None:
    for _ in range(4):
        text = phone.write(people="Rose")
        photo = phone.photograph(text["uuid"], photo_bytes())
        answers = race(partial(status, phone, photo), partial(status, phone, text))
        assert answers[1] == 201
        assert Conversation.objects.get(uuid=text["uuid"]).photo
        assert SealedItem.objects.get(uuid=photo["uuid"]).state == "kept"


@pytest.mark.postgresql
def test_the_first_key_is_made_once(transactional_db, race) -> None:
    keys = race(*[current_key] * 6)
    assert len({key.kid for key in keys}) == 1
    assert SealingKey.objects.count() == 1
