"""A first privacy notice to start from: plain, short, and the team's own to change."""

from django.utils.translation import gettext as _


def suggested_text(team_name: str) -> str:
    """Return a first privacy notice in plain language; a manager reads it, changes it and publishes it."""
    paragraphs = (
        _(
            "We are %(team)s. We get to know neighbours, and bring people together around what they are good at and care about."
        ),
        _(
            "So that we remember what you told us, we note down what you are called, where you live, what you love doing, what we talked about, and how you like to be reached. We leave out what you do not want us to keep."
        ),
        _(
            "Only the people of our team read it. Those who look at how our work goes see numbers, never your name. We do not sell it, and we do not pass it on unless you ask us to, or somebody is in danger."
        ),
        _(
            "You decide about each thing by itself: whether we may get in touch, tell neighbours what you offer, introduce you, invite you, tell your story or show photos of you. You may say no, and you may change your mind at any time. Saying no to one thing changes nothing else."
        ),
        _(
            "You may ask at any time to see what we have written about you, to put it right, or to be forgotten. We do it within a month. Ask any of us, and we give you a link that opens your own page, or the same on paper."
        ),
        _(
            "We look every year at what we still need, and take away the rest. If you are not happy with how we keep things, tell us. You can also write to the Information Commissioner’s Office, ico.org.uk."
        ),
    )
    return "\n\n".join(paragraphs) % {"team": team_name}
