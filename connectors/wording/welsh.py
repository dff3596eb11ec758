"""The Welsh list that ships with Kith, written with care by a non-native speaker: it awaits a native reader's check.

Each phrase is listed in all the forms of its initial mutations (connectors/wording/mutations.py); an alternative takes
the same mutation, except those in `stays`, which follow `yn` unchanged. Where the alternative is of another gender than
the word, the writer might have to change a letter. Left out because they mean other things more often: `achos`
(because), `cyfeirio` (mention), `derbynnydd` (who sits at the front desk), `problem`.
"""

from connectors.wording.entries import COVENTRY, NESTA, NETWORK, WELSH_CODE, Entry
from connectors.wording.mutations import MUTATIONS
from connectors.wording.reasons import BRIDGE, CITIZENS, CRISIS, FIXING, HOPES, IN_WELSH, LABEL, LIFE, OURS, PLACE

#: Phrases that start with the article or with `mewn` never change.
_STILL = ("y ", "yr ", "mewn ")


def _entry(forms: str, *alternatives: str, stays: tuple[str, ...] = (), reason: str, source: str) -> Entry:
    """Return an entry with every mutated form; alternatives in `stays` are the same after all of them."""
    written: dict[str, tuple[str, ...]] = {}
    for place, form in enumerate(forms.split("|")):
        for mutation in MUTATIONS[:1] if form.startswith(_STILL) else MUTATIONS:
            offers = [(group.split("|"), group in alternatives) for group in (*alternatives, *stays)]
            fitting = [(group[min(place, len(group) - 1)], changes) for group, changes in offers]
            said = tuple(mutation(words) if changes else words for words, changes in fitting)
            written.setdefault(mutation(form), said)
    return Entry(
        forms=tuple(written),
        alternatives=tuple(zip(*written.values(), strict=True)),
        reason=IN_WELSH[reason],
        reason_in_english=reason,
        source=source,
        language=WELSH_CODE,
    )


_HARD_TIME = "mynd trwy gyfnod anodd"

WELSH: tuple[Entry, ...] = (
    _entry(
        "defnyddiwr gwasanaeth|defnyddwyr gwasanaeth|defnyddiwr gwasanaethau|defnyddwyr gwasanaethau",
        "dinesydd|dinasyddion|dinesydd|dinasyddion",
        "preswylydd|preswylwyr|preswylydd|preswylwyr",
        reason=CITIZENS,
        source=NESTA,
    ),
    _entry("defnyddiwr terfynol|defnyddwyr terfynol", "preswylydd|preswylwyr", reason=CITIZENS, source=NESTA),
    _entry("cleient|cleientiaid", "dinesydd|dinasyddion", "cymydog|cymdogion", reason=CITIZENS, source=NESTA),
    _entry("cwsmer|cwsmeriaid", "dinesydd|dinasyddion", "cymydog|cymdogion", reason=CITIZENS, source=NESTA),
    _entry("buddiolwr|buddiolwyr", "preswylydd|preswylwyr", "cymydog|cymdogion", reason=CITIZENS, source=COVENTRY),
    _entry(
        "derbynnydd gwasanaeth|derbynwyr gwasanaeth|derbynnydd gwasanaethau|derbynwyr gwasanaethau",
        "preswylydd|preswylwyr|preswylydd|preswylwyr",
        reason=CITIZENS,
        source=COVENTRY,
    ),
    _entry("claf|cleifion", "person|pobl", "preswylydd|preswylwyr", reason=CITIZENS, source=COVENTRY),
    _entry(
        "llwyth achosion|llwythi achosion", stays=("pobl rydyn ni'n cydgerdded â nhw",), reason=FIXING, source=NETWORK
    ),
    _entry(
        "gweithiwr achos|gweithwyr achos", "adeiladwr cymunedol|adeiladwyr cymunedol", reason=FIXING, source=NETWORK
    ),
    _entry("astudiaeth achos|astudiaethau achos", "stori|straeon", reason=CITIZENS, source=NESTA),
    _entry("rheoli achosion", "cydgerdded", reason=FIXING, source=NETWORK),
    _entry("atgyfeiriad|atgyfeiriadau", "cyflwyniad|cyflwyniadau", reason=BRIDGE, source=NESTA),
    _entry("atgyfeirio|atgyfeiriwyd", "cyflwyno|cyflwynwyd", reason=BRIDGE, source=NESTA),
    _entry("arwyddbostio|arwyddbostiwyd", "cyflwyno|cyflwynwyd", reason=BRIDGE, source=NESTA),
    _entry(
        "anodd eu cyrraedd|anodd ei gyrraedd|anodd ei chyrraedd",
        stays=("heb eu cyfarfod eto|heb ei gyfarfod eto|heb ei chyfarfod eto",),
        reason=OURS,
        source=NESTA,
    ),
    _entry(
        "anodd ymgysylltu â nhw|anodd ymgysylltu â hi|anodd ymgysylltu ag ef|anodd ymgysylltu â fo",
        stays=("heb eu cyfarfod eto|heb ei chyfarfod eto|heb ei gyfarfod eto|heb ei gyfarfod eto",),
        reason=OURS,
        source=NESTA,
    ),
    _entry(
        "pobl agored i niwed|person agored i niwed|oedolion agored i niwed|oedolyn agored i niwed",
        "cymdogion|cymydog|cymdogion|cymydog",
        reason=CRISIS,
        source=NETWORK,
    ),
    _entry("agored i niwed", stays=(_HARD_TIME,), reason=CRISIS, source=NETWORK),
    _entry(
        "pobl fregus|person bregus|teulu bregus|teuluoedd bregus",
        "cymdogion|cymydog|teulu|teuluoedd",
        reason=CRISIS,
        source=NETWORK,
    ),
    _entry("mewn argyfwng", stays=(f"yn {_HARD_TIME}",), reason=CRISIS, source=NETWORK),
    _entry(
        "asesiad anghenion|asesiadau anghenion",
        "sgwrs am yr hyn sy'n bwysig|sgyrsiau am yr hyn sy'n bwysig",
        reason=HOPES,
        source=COVENTRY,
    ),
    _entry("anghenion cymhleth|anghenion lluosog", stays=("llawer yn digwydd",), reason=HOPES, source=COVENTRY),
    _entry("anghenion", "gobeithion", stays=("yr hyn sy'n bwysig iddyn nhw",), reason=HOPES, source=COVENTRY),
    _entry("anghenus", stays=(f"sy'n {_HARD_TIME}",), reason=HOPES, source=COVENTRY),
    _entry(
        "teulu problemus|teuluoedd problemus|teulu cythryblus|teuluoedd cythryblus",
        "teulu|teuluoedd|teulu|teuluoedd",
        reason=LABEL,
        source=NESTA,
    ),
    _entry("ardal ddifreintiedig|ardaloedd difreintiedig", "ardal|ardaloedd", reason=PLACE, source=COVENTRY),
    _entry("difreintiedig", stays=("heb gael sylw teg",), reason=PLACE, source=COVENTRY),
    _entry("amddifadedd", stays=("diffyg sylw teg",), reason=PLACE, source=COVENTRY),
    _entry("ynysig", stays=("awyddus am fwy o gwmni",), reason=HOPES, source=COVENTRY),
    _entry("yr henoed|henoed", stays=("cymdogion hŷn",), reason=LABEL, source=NESTA),
    _entry("yr anabl", stays=("pobl anabl",), reason=LABEL, source=NESTA),
    _entry("y digartref", stays=("pobl heb gartref",), reason=LIFE, source=NESTA),
    _entry("y di-waith", stays=("pobl sy'n chwilio am waith",), reason=LIFE, source=NESTA),
    _entry("y tlodion|tlodion", "pobl sy'n brin o arian", reason=LIFE, source=NESTA),
    _entry("caeth i'r tŷ|caeth i'r ty", stays=("aros gartref gan amlaf",), reason=LIFE, source=NESTA),
    _entry("caeth i gadair olwyn", stays=("defnyddio cadair olwyn",), reason=LIFE, source=NESTA),
    _entry("dioddef o", "byw gyda", reason=LIFE, source=NESTA),
    _entry(
        "camddefnyddiwr cyffuriau|camddefnyddwyr cyffuriau",
        "person mewn adferiad|pobl mewn adferiad",
        reason=LIFE,
        source=NESTA,
    ),
    _entry("di-sgil|di-grefft", stays=("â doniau i'w darganfod",), reason=HOPES, source=COVENTRY),
    _entry("grŵp targed|grwpiau targed", "cymdogion", "preswylwyr", reason=FIXING, source=COVENTRY),
    _entry(
        "ymyriad|ymyriadau",
        "rhywbeth a wnaethom gyda'n gilydd|pethau a wnaethom gyda'n gilydd",
        reason=FIXING,
        source=COVENTRY,
    ),
)
