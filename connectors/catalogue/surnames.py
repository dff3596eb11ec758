"""Surnames that are seldom first names, so that "Patel, Asha" in a line of names is asked about: one person or two?

Our own list of frequent surnames in Britain and Ireland, written for this project. Folded, without Django.
"""

_SURNAMES = """
adams adeyemi agarwal ahmad akhtar allen anderson andrews armstrong bailey baker banerjee barnes begum bennett berry bhatt
bibi booth bradley brown burke burns butler byrne campbell carr carter chapman chaudhry clark clarke cole collins cook cooper
cox davies davis desai dixon doyle driscoll edwards evans fernandes fisher fletcher foster fraser gallagher gardner gibson
gill graham gray green griffiths gupta hall hamilton harris harrison harvey hill holmes howells hudson hughes hunt iqbal
jackson jenkins johnson johnston jones kapoor kaur kavanagh khan king knight kowalska kowalski kumar lawson lloyd macdonald
mahmood malik mason mcdonald mcintyre mehta mensah miah mills mistry mohamed moore morris murray nowak obrien oconnor okafor
okeke oneill osullivan palmer parker patel pearson phillips pickering powell price pritchard pugh rahman reid richards
richardson roberts robertson robinson rogers sandhu saunders shah sharma shaw siddiqui simpson singh smith stevens sullivan
szymanski taylor thomson thompson turner walker walsh ward watkins watson webb white wilkinson williams williamson wilson
wood woods wright yilmaz
"""
SURNAMES = frozenset(_SURNAMES.split())
