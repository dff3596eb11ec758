"""Whatever alternative is chosen, the sentence stays a sentence: number, article, capital, possessive, before and behind a noun."""

import pytest

from connectors import wording
from tests.node import Node

#: A sentence, and what becomes of it with each alternative of the first word that is noticed. No row: nothing is offered.
SENTENCES: dict[str, list[str]] = {
    # Number and capital.
    "She is a service user.": ["She is a citizen.", "She is a resident."],
    "Service users met at noon.": ["Citizens met at noon.", "Residents met at noon."],
    "Clients came.": ["Citizens came.", "Neighbours came."],
    "CLIENT came.": ["Citizen came.", "Neighbour came."],
    "Three patients sang.": ["Three people sang.", "Three residents sang."],
    "The caseload is full.": ["The list of people is full."],
    "Two caseloads were full.": ["Two lists of people were full."],
    "They are our target group.": ["They are our group of neighbours.", "They are our group of residents."],
    "Our target groups met.": ["Our groups of neighbours met.", "Our groups of residents met."],
    "Troubled families came.": ["Families came.", "Households came."],
    # A or an.
    "He is an addict.": ["He is a person in recovery."],
    "An addict came.": ["A person in recovery came."],
    "It was an intervention.": ["It was a shared effort."],
    "An end user rang.": ["A resident rang."],
    "We got a referral.": ["We got an introduction."],
    "A referral came.": ["An introduction came."],
    "She is an elderly aunt.": ["She is an older aunt."],
    "A deprived area, they say.": ["A neighbourhood, they say."],
    "A disadvantaged town.": ["An overlooked town.", "An unheard town."],
    "A deprived town.": ["An overlooked town."],
    "A client came.": ["A citizen came.", "A neighbour came."],
    # The possessive.
    "The client's garden grows.": ["The citizen's garden grows.", "The neighbour's garden grows."],
    "The clients' garden grows.": ["The citizens' garden grows.", "The neighbours' garden grows."],
    "The patients' garden grows.": ["The people’s garden grows.", "The residents’ garden grows."],
    "The elderly's lunch.": ["Older neighbours’ lunch."],
    "The addict's brother came.": ["The person in recovery's brother came."],
    # Before a noun, and behind it.
    "He is a lonely, vulnerable citizen.": ["He is a lonely, citizen going through a hard time."],
    "A vulnerable man came in.": ["A man going through a hard time came in."],
    "Vulnerable neighbours.": ["Neighbours going through a hard time."],
    "She is vulnerable and lives alone.": ["She is going through a hard time and lives alone."],
    "They are vulnerable.": ["They are going through a hard time."],
    "We met hard-to-reach families.": ["We met families not met yet.", "We met families new to us."],
    "They are hard to reach.": ["They are not met yet.", "They are new to us."],
    "An isolated man, she said.": ["A man looking for company, she said."],
    "He is socially isolated.": ["He is looking for company."],
    "A housebound uncle, she said.": ["An uncle mostly at home, she said."],
    "He is housebound.": ["He is mostly at home."],
    "He is wheelchair-bound.": ["He is using a wheelchair."],
    "A wheelchair-bound neighbour.": ["A neighbour using a wheelchair."],
    "An unskilled lad.": ["A lad gifted in ways we have yet to find."],
    "It is a chaotic lifestyle.": ["It is a full life."],
    "He is chaotic.": ["He is dealing with a lot."],
    "A needy family.": ["A family going through a hard time."],
    "She has complex needs.": ["She has many hopes and worries."],
    "He failed to engage.": ["He had other things to do."],
    "Deprived children came.": ["Overlooked children came."],
    # Nouns that are none before another noun.
    "The elderly came.": ["Older neighbours came."],
    "The elderly man danced.": ["The older man danced."],
    "The unemployed and the poor.": ["People looking for work and the poor."],
    "We met the disabled.": ["We met disabled neighbours."],
    # Where it is unclear, nothing is offered.
    "A vulnerable older man came.": [],
    "The elderly danced.": [],
    "A vulnerable client.": [],
    "A person at risk of falling.": [],
    "The disabled lady sings.": [],
    "The poor weather stopped us.": [],
    "Deprived of sleep.": [],
}
APPLY = """(list, text) => {
  const [found] = kithNoticing.reader({ ...list, quiet: new Set(list.quiet) })(text);
  return found ? found.alternatives.map((other) => text.slice(0, found.start) + other + text.slice(found.end)) : [];
}"""


def applied(text: str) -> list[str]:
    """Return the text with each alternative of the first noticed word."""
    found = wording.notice(text)[:1]
    return [text[: each.start] + other + text[each.end :] for each in found for other in each.alternatives]


def test_there_are_enough_sentences() -> None:
    assert len(SENTENCES) >= 40


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_stays_one(text: str) -> None:
    assert applied(text) == SENTENCES[text]


def test_the_page_says_the_same() -> None:
    node, shipped = Node(), wording.SHIPPED.for_browser()
    said = {text: node.run("noticing", APPLY, shipped, text) for text in SENTENCES}
    node.close()
    assert said == SENTENCES
