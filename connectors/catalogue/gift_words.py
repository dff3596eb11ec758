"""Gifts that people speak of, and the words they use for them, so that a phone can propose a gift while somebody types.

The list is this project's own, written for it from everyday speech; it comes from no inventory and does not claim to be
complete. It is English only: in another language nothing is proposed from it, only the team's own gifts. Each entry is
the gift as it is proposed, its kind (head, hands or heart), and phrases separated by bars. All the words of a phrase
must be near one another in a sentence, in any order and any of their forms (static/js/matching.js): "bake" matches "she
bakes" and "baking". A word after "=" matches only in this form: a garden is not gardening.
"""

from dataclasses import dataclass

HEAD, HANDS, HEART = "head", "hands", "heart"


@dataclass(frozen=True)
class GiftWord:
    """One gift: how it is proposed, its kind, and the phrases that match it."""

    name: str
    kind: str
    phrases: tuple[str, ...]


def _gifts(kind: str, lines: str) -> tuple[GiftWord, ...]:
    rows = (line.split(":", 1) for line in lines.strip().splitlines())
    return tuple(
        GiftWord(name.strip(), kind, tuple(phrase.strip() for phrase in phrases.split("|"))) for name, phrases in rows
    )


_OF_THE_HANDS = """
Baking: bake|baker|make cake|make bread
Barbecuing: cook barbecue|grill meat|run barbecue
Building things: build shed|build bench|bricklayer|bricklaying
Carpentry: carpenter|carpentry|woodwork|joiner|joinery
Cooking: cook|cook for|chef
Crochet: crochet
Cutting hair: cut hair|hairdresser|barber
Decorating: decorator|decorate room|wallpaper|paint room|paint wall
Drawing: draw picture|sketch
Dressmaking: dressmaker|dressmaking|make dress|make clothes
Driving: drive minibus|drive people|give lift
Fishing: go fish|fish trip|catch fish|angler|angling
Flower arranging: arrange flower|flower arranging|florist
Gardening: =gardening|gardener|green fingers|look after garden|work garden
Growing vegetables: grow vegetable|grow veg|grow tomato|grow potato|grow food|have allotment
Jam making: make jam|make chutney
Keeping bees: keep bee|beekeeper|beekeeping
Knitting: knit|knitter
Mending bikes: mend bike|fix bike|repair bike|mend bicycle|fix bicycle|repair bicycle|fix puncture
Mending clothes: mend clothes|alter clothes|darn
Mending things: handyman|good with tools|mend anything|fix anything|fix toaster|mend toaster
Painting pictures: paint picture|watercolour|paint portrait
Photography: photographer|photography|take photo
Playing the drums: play drum|drummer
Playing the guitar: play guitar|guitarist
Playing the piano: play piano|play keyboard|pianist
Plumbing: plumber|plumbing
Pottery: pottery|potter wheel
Sewing: sew|seamstress|sewing machine
Walking dogs: walk dog|dog walker
"""
_OF_THE_HEAD = """
Astronomy: astronomy|telescope|know stars
Bird watching: birdwatching|bird watching|know birds
Book keeping: bookkeeper|bookkeeping|book keeping|keep accounts|do accounts|treasurer
Chess: play chess|chess
Computers: good with computers|fix computer|help computer|coder|programmer
First aid: first aid|first aider
Football coaching: coach football|football coach
Helping with forms: help form|fill in form
Helping with homework: help homework|tutor
Languages: speak language|translate for|interpret for|interpreter
Local history: local history|history of street|history of area|old photos of
Maths: good at maths|teach maths
Organising: organiser|good at organising|organise party|organise event|organise trip|organise street
Reading music: read music|teach music
Speaking Arabic: speak Arabic
Speaking French: speak French
Speaking Polish: speak Polish
Speaking Punjabi: speak Punjabi
Speaking Romanian: speak Romanian
Speaking Somali: speak Somali
Speaking Spanish: speak Spanish
Speaking Ukrainian: speak Ukrainian
Speaking Urdu: speak Urdu
Speaking Welsh: speak Welsh
Sign language: sign language|BSL
Teaching: teacher|used to teach
Writing: write poem|write poetry|write story|poet
"""
_OF_THE_HEART = """
Being good with children: good with children|good with kids|mind children|mind kids|childminder
Being good with older neighbours: good with older|sit with older|visit older neighbour
Dancing: dance|dancer
Good company: good company|sit with neighbour|sit with somebody
Knowing everybody: know everybody|know everyone|know whole street
Listening: good listener|great listener|always listen
Looking after animals: look after cat|look after dog|feed cat|love animals
Looking out for neighbours: look out for|check on neighbour|keep eye on|look in on
Making people laugh: make people laugh|tell joke|make everyone laugh|make everybody laugh
Singing: sing|singer|choir
Storytelling: tell story|storyteller|storytelling
Welcoming new neighbours: welcome new|welcome neighbour|welcome everybody|welcome everyone
"""

GIFT_WORDS = (*_gifts(HANDS, _OF_THE_HANDS), *_gifts(HEAD, _OF_THE_HEAD), *_gifts(HEART, _OF_THE_HEART))
