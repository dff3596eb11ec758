"""Six words on paper: they open an application again, and they are the secret in its private link.

The list is our own: short, common words that are easy to hear and to spell, none of which says anything about a person.
"""

import hashlib
import re
import secrets

from django.core import signing

#: How many words open an application. Six of more than a thousand are 60 bits, and wrong ones are counted by network.
HOW_MANY = 6
_SALT = "kith.applying.words"
#: Rounds of PBKDF2: a few milliseconds for us, and ten thousand times the work for whoever steals the digests.
_ROUNDS = 10_000

WORDS = tuple(
    """
    acorn actor adder agate alder algae alley almond alpine amber anchor angle ankle anthem apple apricot apron arbour arcade arch
    arena arrow artist ashes aspen aster atlas attic autumn avenue award badge badger bagel bakery baking balcony ballad balloon
    balsam bamboo banana banjo banner barge barley barn barrel basil basin basket bath baton beach beacon beads beaker beam bean
    beaver bedrock beech beetle bell belt bench berry birch bird biscuit bishop blanket blaze bloom blossom blouse bluebell board
    boat bobbin bolt bonfire bonnet book boot border bottle boulder bow bowl box bracket bramble branch brass bread breeze brew
    brick bridge bridle brim brook broom brother brush bubble bucket buckle budget buffet bugle bulb bumper bundle burrow bush
    butter button cabbage cabin cable cactus cake camel camera camp canal canary candle canoe canopy canvas caper captain caramel
    caravan card carpet carrot cart carving cashew castle catkin cedar celery cellar cello cement chair chalk channel chapel
    charm chart chatter cheddar cheese cherry chess chest chicken chimney chip chive chorus cider cinema circle circus citrus
    clamp clarinet clay cliff clock cloth cloud clover club coach coast cobble cobweb cocoa coconut coffee coil collar comet comic
    compass concert copper coral cork corner cotton couch courier cousin cove cover crab cradle craft crane crater crayon cream
    creek cress cricket crisp crochet crocus crown crumb crystal cube cuckoo cup cupcake curlew curry curtain cushion custard
    cycle cymbal cypress dairy daisy damson dance dawn deck deer delta denim desert desk dew dial diary dinghy dinner dipper dish
    dock dolphin dome donkey doodle door dormer double dough dove dragon drawer dream drift drum duck dune dusk eagle earth
    easel east echo edge eel elbow elder elm ember emerald engine envelope equator ermine estuary evening fabric falcon farm
    fathom feast feather fence fennel fern ferret ferry fiddle field fig finch fir fire fish flag flame flannel flask flax fleece
    flint float flood flower flute foal fog fold foot forest fork fort fossil fountain fox foxglove frame freckle frog frost fruit
    fudge funnel furrow fuse gable galaxy gallery garden garland garlic garnet gate gazebo gecko ginger giraffe glacier glass
    glaze glen glider globe glove glow goat gold goose gorse gown grain granite grape grass gravel gravy green grove guava guitar
    gull gum gutter gypsum habit hail hamlet hammer hamper handle harbour hare harp harvest hat hatch haven hawk hay hazel hearth
    heath heather hedge helmet hemp herb heron herring hike hill hinge hive hobby hockey holiday holly honey hood hook hoop
    horizon horn horse hotel house hull hut hymn ice icicle igloo inch indigo ink inlet iris iron island ivory ivy jacket jam
    jar jasmine jay jelly jersey jetty jewel jigsaw jingle jogger journal jug juice jumper jungle juniper kayak keel kelp kennel
    kernel kestrel kettle key kilt king kiosk kipper kite kitten kiwi knot koala lace ladder ladle lagoon lake lamb lamp lane
    lantern larch lark laser latch lattice laurel lava lawn layer leaf leather leek lemon lentil letter lettuce level lever
    library lichen lid lilac lily lime linen lion lizard llama lobby lobster locket lodge loft log loom lotus lounge lunch lupin
    lyric magnet magpie mallet mango mantle maple marble march margin market marlin marrow marsh mask mast mat matinee meadow
    medal melody melon memo mentor menu merlin mesa metal meteor metro mica middle mile milk mill mimosa mineral mint mirror
    mist mitten moat model mole monsoon moon moor morning mosaic moss moth motor mountain mouse muffin mug mulberry mural museum
    mushroom music mussel mustard napkin nature nectar needle nest nettle nickel night noodle north notch note novel nugget nut
    nutmeg oak oar oasis oat oboe ocean olive omelette onion opal opera orange orbit orchard orchid organ osprey otter oval oven
    owl oxlip oyster paddle page paint palace palm pancake panda panel pansy papaya paper parade parcel parish park parrot
    parsley parsnip pasta pastry patch path patio patrol pattern pawn pea peach peacock peak peanut pear pearl pebble pecan
    pedal pelican pen pencil penguin pepper perch petal piano pickle picnic pie pier pigeon pillar pillow pilot pin pine pink
    pint pipe pistachio pitcher pixel pizza planet plank plant plate player plaza plum plume pocket poem polish pollen pond pony
    poplar poppy porch port poster potato pottery prairie prawn present press primrose print prism puddle puffin pulley pumpkin
    puppet puppy purple puzzle pylon quail quarry quartz quay queen quilt quince quiver quiz rabbit radar radio radish raft
    railway rain raisin rake ramp ranch raven ravine razor recipe record reed reef relay ribbon rice ridge river road robin rock
    rocket roof rook room root rope rose rosette round rowan rubber ruby rudder rug ruler runner rush rye saddle saffron sage
    sail salad salmon salt sand sandal sapling satchel satin sauce saucer scale scarf school scone scooter scout screen screw
    sea seal season seaweed seed sequin shadow shale shamrock shed sheep shelf shell shelter shirt shoe shore shovel shower
    shrimp shrub shutter sign silk silver singer siren sister skate sketch ski sky slate sledge sleeve slipper slope smile snail
    snow soap sonata socket sofa soil song sonnet soup south spade spaniel sparrow spice spinach spindle spiral splash spoke
    spoon spring sprout spruce square squash squid squirrel stable stage stair stamp star starling statue steam steel stem step
    stile stitch stone stool stove straw stream street string studio sugar summer summit sun sunday sundial sunrise supper surf
    swallow swan sweater swift swing table tablet tailor talent tandem tangerine tango tape target tarragon tart tartan tea
    teapot temple tennis tent terrace theatre thicket thimble thistle thread throne thrush thunder thyme ticket tide tiger tile
    timber tinsel toast toffee tomato topaz torch tortoise towel tower town trail train tram tray treacle treasure tree trellis
    triangle trifle trolley trophy trout trowel truffle trumpet trunk tulip tuna tundra tunnel turban turnip turtle tweed twig
    twine ukulele umbrella unicorn uncle valley vanilla vase vault velvet veranda verse vessel viaduct village vine vinegar
    viola violet violin visit voyage wafer wagon walnut walrus waltz warbler water wave wax weather weaver wedge west whale
    wheat wheel whisk whisper whistle wicker widget willow wind window winter wire wizard wolf wood wool workshop wren wrist
    yacht yard yarn yeast yellow yew yoghurt yolk zebra zenith zephyr zigzag zinc zipper
    """.split()  # noqa: SIM905 - a thousand short lines would be no easier to read
)


def new_words() -> str:
    """Return six words, joined by hyphens as in the link; about 60 random bits."""
    return "-".join(secrets.choice(WORDS) for _number in range(HOW_MANY))


def as_typed(text: str) -> str:
    """Return words as somebody types them, in the form of the link: small letters, joined by single hyphens."""
    return "-".join(re.findall(r"[a-z]+", text.lower()))[:200]


def digest_of(words: str) -> str:
    """Return the digest of the words of a link, which is all that the database stores."""
    return hashlib.pbkdf2_hmac("sha256", as_typed(words).encode(), _SALT.encode(), _ROUNDS).hex()


def sealed_words() -> str:
    """Return new words that a page hands back when it begins an application, so that a double click begins only one."""
    return signing.dumps(new_words(), salt=_SALT)


def opened_words(sealed: str) -> str:
    """Return the words that this server sealed within the last day; empty for anything else."""
    try:
        return str(signing.loads(sealed, salt=_SALT, max_age=60 * 60 * 24))
    except signing.BadSignature:
        return ""
