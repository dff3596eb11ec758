"""What the demonstration's residents were told and consented to, and what two of them asked for on their sheets."""

from communities.models import User
from config.demo.people import World
from connectors.actions.consent import publish_notice, record_consents
from connectors.actions.readback import make_link, open_link, wish_on_sheet
from connectors.catalogue.privacy_notice import suggested_text
from connectors.models import Purpose, WishKind


def add_agreed(world: World, *, manager: User, builder: User) -> None:
    """Publish a notice, record some residents' consents, and let two use their own sheet.

    Residents who were not met lately are among those asked.
    """
    publish_notice(team=world.team, by=manager, words=suggested_text(world.team.name))
    told = [person for person in world.people if person.told_on and person not in world.quiet]
    for person in world.quiet:
        record_consents(person=person, by=builder, answers={Purpose.REMEMBER: True, Purpose.INVITE: True})
    for place, person in enumerate(told[:24]):
        answers = {Purpose.REMEMBER: True, Purpose.INVITE: place % 9 != 0, Purpose.INTRODUCE: place % 14 != 3}
        record_consents(person=person, by=builder, answers=answers)
    for person, words in zip(told[24:26], ("I live on the other side of the street now.", ""), strict=True):
        secret = make_link(person=person, by=builder).secret
        link = open_link(secret=secret)
        wish_on_sheet(link=link, kind=WishKind.CORRECT if words else WishKind.ERASE, words=words)
