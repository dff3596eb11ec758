"""English first names and their short forms, so that William is found as Bill.

Our own table, written for this project from common usage; one line for each given name with its usual short forms. A
short form can belong to several names (Alex), and a name can be short for another's short form (Peggy, Meg and Maggie
are all Margaret, and so each other's other names). Pure functions on text without accents and capitals, without Django.
"""

from collections import defaultdict
from functools import cache

FORMS = """
abigail abi abby gail
abraham abe bram
adelaide addie heidi
agnes aggie nessa nessie
alan al
albert al bert bertie albie
alexander alex alec sandy xander sasha lex
alexandra alex sandra lexie sasha alexa
alfred alf alfie fred freddie
alice ali allie
alison ali allie
amanda mandy
amelia millie amy mia
andrea andie
andrew andy drew
angela angie ange
ann annie nan nancy nina
anne annie nan nancy
anthony tony ant
antonia toni
archibald archie
arthur art artie
augustus gus
barbara barb babs barbie
barnaby barney
bartholomew bart
beatrice bea trixie bee
benedict ben
benjamin ben benji benny
bernard bernie
beverley bev
brenda bren
brian bri
bridget biddy bridie
bronwen bron
cameron cam
caroline caro carrie lina
catherine cath cathy cate kitty kate katie kathy
cecilia cissie celia
charles charlie chas chuck
charlotte charlie lottie lotte
christina chris chrissie tina
christine chris chrissie tina
christopher chris kit topher
clarence clarrie
clifford cliff
clive cli
constance connie
cynthia cindy
cyril cy
daniel dan danny
danielle dani
david dave davey dai dafydd
dawn dawnie
deborah deb debbie
denise den
dennis den denny
diana di
dominic dom nick
donald don donnie
dorothy dot dottie dolly thea
douglas doug dougie
edith edie
edmund ed eddie ted
edward ed eddie ted teddy ned
edwin ed eddie
eileen eily
elaine lainey
eleanor ellie nell nellie nora
elizabeth liz lizzie beth betty bess bessie eliza elsie libby lisa betsy lilibet
ellen nell nellie
emily em emmy millie
emma em emmie
eric ric rick
ernest ernie
esther essie hettie
eugene gene
evelyn evie eve
felicity fliss flick
fiona fi fee
florence flo florrie flossie
frances fran frankie fanny
francis frank frankie
frederick fred freddie freddy
gabriel gabe
gabrielle gabby
gareth gaz gary
geoffrey geoff
george georgie
georgina george georgie gina
gerald gerry jerry
geraldine gerry
gilbert gil bert
gillian gill gilly jill
gladys glad
gordon gord
graham gra
gregory greg
gwendolen gwen wendy
hannah hanna
harold harry hal
harriet hattie harry
heather hev
helen nell nellie lena
henrietta hettie etta
henry harry hal hank
herbert herb bert bertie
horace horry
howard howie
hugh hughie huw
ian iain
irene rene renie
isaac ike zac
isabel izzy bella belle
isabella izzy bella belle
jacob jake
jacqueline jackie jacqui
james jim jimmy jamie jem
jane janey jenny
janet jan
janice jan
jasmine jas jazz
jason jase
jean jeannie
jennifer jen jenny
jeremy jerry jez jem
jessica jess jessie
joan joanie
joanna jo joanne
joanne jo
john jack johnny jon
jonathan jon jonny
joseph joe joey
josephine jo josie
joshua josh
joyce joy
judith judy jude
julia jules julie
julian jules
julie jules
karen kaz
katherine kath kathy kate katie kitty kay
kathleen kath kathy kate katie kay
katrina trina
kenneth ken kenny
kevin kev
kimberley kim
laura lol laurie
laurence larry laurie
lawrence larry laurie
leonard len lenny leo
leslie les
lesley les
lewis lew lou
lillian lil lily lilly
linda lin lindy
louis lou
louise lou lulu
lucy lu lulu
lydia liddy
madeleine maddie mads
malcolm mal
marcus mark
margaret maggie meg peggy peg madge marge margie maisie greta daisy rita
marian mari
marilyn lyn
marjorie marge margie
martha mattie marty
martin marty
mary molly polly may mamie
matilda tilly mattie
matthew matt matty
maureen mo reenie
maurice mo
maxine max
maximilian max
maxwell max
melanie mel
melissa mel lissa
mervyn merv
michael mike mick mickey micky
michelle shell chelle
mildred millie
miriam mim
mohammed mo mohamed muhammad mohammad
montague monty
morag mo
nancy nan
natalie nat
natasha tasha tash
nathan nat nate
nathaniel nat nate
neville nev
nicholas nick nicky
nicola nicky nic
nigel nige
norman norm
oliver ollie
olivia liv livvy ollie
oscar ozzy
oswald oz ozzie
pamela pam
patricia pat patsy trish tricia patty
patrick pat paddy
paul pauly
pauline paula
penelope penny
percival percy
peter pete
philip phil pip
philippa pip pippa
phyllis phyl phil
priscilla cilla
rachel rach rae
raymond ray
rebecca becky becca bex
reginald reg reggie
rhiannon rhi
richard rick ricky dick rich richie
robert bob bobby rob robbie bert
roberta bobbie
roderick rod roddy
rodney rod
roger rodge
roland roly
ronald ron ronnie
rosalind ros rosie
rosemary rose rosie
rupert ru
russell russ
ruth ruthie
samantha sam sammy
samuel sam sammy
sandra sandy san
sarah sally sadie sal
sebastian seb
sharon shaz
sheila shell
shirley shirl
sidney sid
simon si
sophia sophie
spencer spence
stanley stan
stephanie steph
stephen steven steve stevie ste
steven steve stevie ste
stewart stew stu
stuart stu
susan sue susie suzie
susannah sue susie anna
suzanne sue suzie
sylvia syl
tabitha tabby
terence terry tel
teresa terry tess tessa
theodora dora thea
theodore theo ted teddy
theresa terry tess tessa
thomas tom tommy
timothy tim timmy
tobias toby
tracey trace
trevor trev
ursula ursie
valerie val
vanessa ness nessa
vera vee
verity vez
veronica ronnie vron
victor vic
victoria vicky tori vic
vincent vince vin
violet vi
virginia ginny ginger
walter wally walt
wendy wend
wilfred wilf fred
wilhelmina mina minnie
william bill billy will willy willie liam gwilym wills
winifred win winnie freda
winston win
yvonne von
zachary zac zach
"""


@cache
def _table() -> dict[str, frozenset[str]]:
    """Return for each name the others that share a line with it."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in FORMS.split("\n"):
        forms = line.split()
        for form in forms:
            found[form].update(forms)
    return {name: frozenset(others - {name}) for name, others in found.items()}


def other_names(first: str) -> frozenset[str]:
    """Return what else somebody of this first name could be called, both ways: bill gives william, william gives bill.

    first: without accents and capitals. Empty for a name that is not in the table.
    """
    return _table().get(first, frozenset())


@cache
def _given() -> dict[str, str]:
    """Return for each short form that belongs to one given name only that name; a given name stands for itself."""
    lines = [line.split() for line in FORMS.split("\n") if line]
    given = {line[0] for line in lines}
    heads: dict[str, set[str]] = defaultdict(set)
    for head, *shorts in lines:
        for short in shorts:
            heads[short].add(head)
    return {short: next(iter(names)) for short, names in heads.items() if len(names) == 1 and short not in given}


def given_name(first: str) -> str:
    """Return the given name that a first name is short for: bill gives william; alex, short for several, stays alex."""
    return _given().get(first, first)
