"""A first privacy notice to start from: plain, short, and the team's own to change."""

from django.utils.translation import gettext as _


def suggested_text(team_name: str) -> str:
    """Return a first privacy notice in plain language; a manager reads it, changes it and publishes it."""
    paragraphs = (
        _(
            "We are %(team)s. We get to know neighbours, and bring people together around what they are good at and "
            "care about."
        ),
        _(
            "So that we remember what you told us, we note down what you are called, where you live, what you love "
            "doing, what we talked about, and how you like to be reached. We leave out anything that you do not want "
            "us to note down."
        ),
        _(
            "Only the people in our team read it. Our evaluators see numbers, never your name. We do not sell it, "
            "and we do not pass it on unless you ask us to, or somebody is in danger."
        ),
        _(
            "You decide about each of these separately: whether we may get in touch, tell neighbours what you offer, "
            "introduce you, invite you, tell your story, show photos of you, or count your age group, what matters "
            "to you and how we met in our figures. You may say no, and you may change your mind at any time. Saying no "
            "to one thing changes nothing else."
        ),
        _(
            "You may ask at any time to see what we have written about you, to correct it, or to erase it. We do it "
            "within a month. Ask any of us, and we will give you a link that opens your own page, or the same on "
            "paper."
        ),
        _(
            "Every year we check what we still need, and delete the rest. If you are not happy with how we look "
            "after your data, tell us. You can also write to the Information Commissioner’s Office, ico.org.uk."
        ),
    )
    return "\n\n".join(paragraphs) % {"team": team_name}
