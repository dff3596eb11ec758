"""Names, themes and texts of the people in the demonstration. All of it is invented."""

from dataclasses import dataclass

FIRST_NAMES = """
    Abel Ada Agnes Ahmed Aisha Alfie Amara Amina Anil Anya Arthur Asha Babs Bartek Beatrix Benji Beryl Bilal
    Blessing Bronwen Callum Carmel Cedric Chidi Clara Comfort Cyril Daisy Danuta Deepa Delroy Dilys Dinah
    Dmitri Dot Ebony Edith Elif Elmo Elspeth Emeka Enid Esme Ezra Farah Fergus Fiona Flo Frank Gareth Geeta
    Gloria Gwen Habib Hari Hattie Hazel Hodan Horace Ida Idris Ines Iqbal Iris Ivo Jamila Jarek Jean Jethro
    Joan Jonah Joy Juno Kasia Keir Kemi Khalid Kofi Lakshmi Lena Leroy Lila Ling Lionel Lowri Lucjan Mabel
    Magda Malik Marge Maud Mei Mercy Milo Mina Morag Moses Musa Nadia Ned Neema Nell Nia Noor Nora Obi Odette
    Olwen Omar Oona Otis Padma Pearl Percy Petra Pip Priya Queenie Quinn Rafi Ravi Reg Rhian Rosa Roy Ruby
    Saba Sami Saoirse Seth Shanice Sid Sunita Sylvie Tam Tariq Tess Thea Tilda Tomasz Una Uzma Vera Vikram
    Viola Wanda Wilf Winnie Xena Yara Yusuf Zadie Zain Zofia
""".split()  # noqa: SIM905 - a list literal takes a page


@dataclass(frozen=True)
class Passion:
    """A theme: how people speak of it, what they can share, what they would like to do."""

    name: str
    heard: tuple[str, ...]
    gifts: tuple[tuple[str, str], ...]
    ideas: tuple[str, ...]
    groups: tuple[str, ...]


PASSIONS = (
    Passion(
        "Growing food",
        ("{a} showed me the beans along the back wall and told me how the whole terrace used to swap seedlings in May.",
         "Stopped at the gate with {a}. Two sacks of potatoes from one raised bed, and half of them given away already."),
        (("hands", "growing vegetables"), ("head", "knowing what grows on clay"), ("hands", "building raised beds")),
        ("Use the strip behind the garages for beans and squash.", "A seed swap in the hall at the end of winter."),
        ("Back Wall Growers", "Saturday Seed Swap"),
    ),
    Passion(
        "Cooking together",
        ("{a} cooks far too much every Sunday and carries it across the landing. Laughed about starting a restaurant.",
         "Long talk with {a} about what people miss: sitting down together. A fish and chip supper would fill the room."),
        (("hands", "baking bread"), ("hands", "cooking for fifty"), ("head", "old family recipes")),
        ("A monthly fish and chip supper in the chapel hall.", "One pot, ten neighbours, a different kitchen each time."),
        ("Chapel Hall Suppers", "One Pot Club"),
    ),
    Passion(
        "Mending and making",
        ("{a} had a toaster in pieces on the wall and a queue of three waiting for bicycles.",
         "{a} says nothing is broken, it is only waiting. Has tools enough for a street."),
        (("hands", "mending bicycles"), ("hands", "mending small engines"), ("hands", "sewing and altering clothes")),
        ("A mending bench outside the library once a month.", "Lend tools from a cupboard that anybody can open."),
        ("Mending Bench", "Tool Cupboard"),
    ),
    Passion(
        "Music and singing",
        ("Heard the accordion before I saw {a}: there used to be a band; four of them still live on the same street.",
         "{a} hums all the way through a conversation and knows everybody's birthday song."),
        (("heart", "leading a singalong"), ("hands", "playing the accordion"), ("head", "teaching people to read music")),
        ("Sing on the steps every first Friday.", "Bring the street band back for the summer."),
        ("First Friday Singers", "Street Band"),
    ),
    Passion(
        "Football and play",
        ("{a} referees whatever the children are playing and has a whistle on a string to prove it.",
         "Watched five-a-side with {a}. Every child by name, and who their gran is."),
        (("heart", "getting children to play"), ("head", "a fair referee’s eye"), ("hands", "marking out a pitch")),
        ("Walking football for those who used to play.", "Close the street for play one Sunday a month."),
        ("Sunday Street Play", "Walking Football"),
    ),
    Passion(
        "Walking and wildlife",
        ("Walked the brook with {a}, who knows where the kingfisher sits and will not tell everybody.",
         "{a} counts swifts each July and writes the number on the shed door, fourteen years of it."),
        (("head", "knowing every path by the brook"), ("heart", "noticing birds"), ("hands", "clearing paths")),
        ("A slow walk along the brook for anybody with an hour.", "Nest boxes on the flats before spring."),
        ("Brook Walkers", "Swift Street"),
    ),
    Passion(
        "Languages and stories",
        ("{a} speaks four languages and says the fifth is gossip. Would help anybody fill in a form.",
         "{a} came here with two suitcases and the whole street carried them up. Wants to tell that story."),
        (("head", "Polish and Romanian"), ("head", "Urdu and Punjabi"), ("heart", "telling stories children listen to")),
        ("Tea and talk: swap an hour of English for an hour of anything.", "Record the street's stories with the school."),
        ("Tea and Talk", "Street Stories"),
    ),
    Passion(
        "Keeping an eye out",
        ("{a} knows whose curtains are late and knocks, every time. Would like company doing it.",
         "{a} keeps spare keys for nine front doors and has never mixed them up."),
        (("heart", "checking on neighbours"), ("head", "knowing who to ask"), ("heart", "listening without hurrying")),
        ("A first hello for everybody who moves in.", "A list of who is happy to be knocked for."),
        ("First Hello", "Good Neighbours of Weir Street"),
    ),
    Passion(
        "Young people making things",
        ("{a} and two friends have filmed the whole estate on one phone and cut it to music.",
         "{a} wants somewhere to paint that is not a wall somebody minds about."),
        (("hands", "filming and editing"), ("hands", "painting large"), ("heart", "bringing people along")),
        ("A wall to paint, agreed with whoever owns it.", "A film night of films made here."),
        ("Our Wall", "Made Here Film Night"),
    ),
    Passion(
        "Faith and festivals",
        ("{a} cooks for two hundred at the gurdwara and would happily cook for the street.",
         "Talked with {a} about lanterns: every faith here has a festival of light somewhere in the winter."),
        (("hands", "making paper lanterns"), ("heart", "welcoming strangers"), ("head", "planning a feast")),
        ("One lantern walk for all the winter festivals.", "Open doors: every place of worship with the kettle on."),
        ("Lantern Walk", "Open Doors"),
    ),
)  # fmt: skip

#: One of each in every neighbourhood: (kind, noun, what makes it strong).
OF_A_NEIGHBOURHOOD = (
    ("institution", "Library", "Warm, quiet, and the one printer everybody uses."),
    ("institution", "Primary School", "The gates at ten past three are the best meeting place there is."),
    ("institution", "Surgery", "The waiting room has a noticeboard that people read."),
    ("institution", "Chapel Hall", "Forty chairs, a hatch to the kitchen, and a key that is never refused."),
    ("place", "Community Centre", "Big hall, small kitchen, a caretaker who says yes."),
    ("place", "Green", "Flat enough for cricket, with one good tree."),
    ("place", "Allotments", "Twenty-two plots and a shed with a stove."),
    ("exchange", "Market", "What is left at four o'clock is given away."),
    ("story", "Carnival", "Every July since before anybody can remember."),
    ("story", "Flood Mark", "How high the water came, and who came with boats."),
)
#: One of each in every street.
OF_A_STREET = (
    ("place", "Corner Café", "Two tables outside where everybody stops."),
    ("place", "Bus Shelter", "A bench, a view, and ten minutes with whoever comes."),
    ("place", "Barber's Shop", "More gets sorted here than in the town hall."),
    ("place", "Long Bench", "Sit at one end and somebody sits at the other."),
    ("place", "Back Lane", "Where the children play and the cats hold court."),
    ("exchange", "Swap Shelf", "Leave a jar, take a book."),
    ("exchange", "Ladder Share", "One ladder, eleven households, a list on the gate."),
    ("exchange", "Message Group", "Lost keys, spare rhubarb, who is at the hospital."),
    ("story", "Street Party", "The day the whole street ate at one table."),
    ("story", "Doorstep Photographs", "Everybody on their step, once every ten years."),
)
BUMPING = ("Corner Café", "Bus Shelter", "Barber's Shop", "Long Bench", "Green", "Library", "Market")
TOUCHING = ("Library", "Surgery", "Primary School")
#: How a conversation went on; {p} is the theme.
ENDINGS = (
    "", "", "The kettle was on before I sat down.", "We were interrupted four times by people saying hello.",
    "Asked me what I care about, too.", "Left with a jar and a name to knock for.", "Said nobody had asked before.",
    "Would like company doing it.", "Stood on the step till the street lamps came on.", "Wants to meet whoever else cares about {p}.",
)  # fmt: skip


@dataclass(frozen=True)
class Tale:
    """How a group started, in three short parts; {a} is the resident who started it."""

    self_text: str
    us_text: str
    now_text: str


#: By the name of the group.
TALES = {
    "Back Wall Growers": Tale(
        "{a} grew beans along the back wall for eleven years and ate most of them alone.",
        "A neighbour leaned over, then two. By June the whole terrace had a row each and argued kindly about slugs.",
        "The strip behind the garages is theirs now, on paper, and the first supper came out of it."),
    "Saturday Seed Swap": Tale(
        "{a} kept seed in jam jars with dates on, back to the year the mill closed.",
        "Somebody brought one packet and took three. The school sent Year 4 with paper pots.",
        "Three people who had never grown anything have a windowsill each, and {a} is asked for advice in the street."),
    "Chapel Hall Suppers": Tale(
        "{a} said what people miss is sitting down together, and that a fish and chip supper would fill the room.",
        "Four who like to cook were introduced. Forty came to the first supper and sixty to the second.",
        "It is every month. Nobody is asked to wash up and everybody does."),
    "One Pot Club": Tale(
        "{a} cooked far too much every Sunday and carried it across the landing.",
        "Ten neighbours, one pot, a different kitchen each time. The lift broke and they ate on the stairs.",
        "Two of them knock for each other on Sundays now."),
    "Mending Bench": Tale(
        "{a} had a toaster in pieces on the wall and a queue of three waiting for bicycles.",
        "The library lent the pavement. Three who mend sat down with nine who wanted to learn.",
        "Sixty things went home working, and two of the nine now sit on the other side of the bench."),
    "Tool Cupboard": Tale(
        "{a} counted the drills on one street and got to fourteen.",
        "One cupboard, one padlock, everybody has the number. A ladder came from number nine, unasked.",
        "Nobody has bought a drill since, and the cupboard has outgrown itself."),
    "First Friday Singers": Tale(
        "{a} hums all the way through a conversation and knows everybody's birthday song.",
        "Half past six on the steps, no sheet music, whoever comes. The bus driver opened his doors to listen.",
        "They sang at a wedding in March, and at a funeral, because they were asked."),
    "Street Band": Tale(
        "{a} played the accordion in the kitchen with the window shut.",
        "There used to be a band; four of them still lived on the same street and had not spoken for years.",
        "Nine players, one drum, and the window is open."),
    "Walking Football": Tale(
        "{a} used to play, until a knee, and missed the talk more than the ball.",
        "Nine turned up on a Wednesday morning. Nobody ran. Everybody laughed.",
        "They look in on whoever is missing, before the second half."),
    "Sunday Street Play": Tale(
        "{a} referees whatever the children are playing and has a whistle on a string to prove it.",
        "Eleven households moved their cars one Sunday and sat on the kerb.",
        "The street is closed by the people who live in it, one Sunday a month, and drivers wave."),
    "Brook Walkers": Tale(
        "{a} knows where the kingfisher sits and does not tell everybody.",
        "A slow walk for anybody with an hour. Six came, one with a pushchair, one with a stick.",
        "The path is clear as far as the weir, because they cleared it."),
    "Swift Street": Tale(
        "{a} counts swifts each July and writes the number on the shed door, fourteen years of it.",
        "Year 5 built the boxes and the stairwell reps held the ladder.",
        "Twenty boxes, three pairs so far, and a shed door that the school has photographed."),
    "Tea and Talk": Tale(
        "{a} speaks four languages and says the fifth is gossip.",
        "An hour of English for an hour of anything: plaiting hair, bus routes, how to make dumplings.",
        "Twelve come, and the surgery asks them how to say things."),
    "Street Stories": Tale(
        "{a} came here with two suitcases and the whole street carried them up.",
        "Eight people told how they came. The children held the recorder and asked better questions than we would.",
        "There is a shelf in the library for it, and somebody borrows it every week."),
    "First Hello": Tale(
        "{a} knows whose curtains are late and knocks, every time.",
        "Four neighbours put tea, a map and three names to knock for in a bag.",
        "Nobody has moved in unmet since the spring."),
    "Good Neighbours of Weir Street": Tale(
        "{a} keeps spare keys for nine front doors and has never mixed them up.",
        "The nine met each other for the first time in {a}'s kitchen.",
        "They made their own list of who is happy to be knocked for. We have not seen it, and do not need to."),
    "Our Wall": Tale(
        "{a} wanted somewhere to paint that was not a wall somebody minds about.",
        "The foundry said yes to forty metres. Two who paint for a living came with ladders.",
        "The bus slows down for it."),
    "Made Here Film Night": Tale(
        "{a} and two friends had filmed the whole estate on one phone and cut it to music.",
        "A sheet between two lamp posts, and every kitchen chair for three streets.",
        "Six young people are making the next one, about their grandparents."),
    "Lantern Walk": Tale(
        "{a} said every faith here has a festival of light somewhere in the winter.",
        "Two churches, the gurdwara and the mosque walked together and ended at the green with soup.",
        "The date is in four diaries for next year already."),
    "Open Doors": Tale(
        "{a} had lived next to the gurdwara for twenty years and never been in.",
        "Every place of worship put the kettle on, the same afternoon.",
        "{a} goes on Thursdays now, for the chapatis and the company."),
}  # fmt: skip
