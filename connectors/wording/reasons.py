"""The reasons why words are noticed, in English and Welsh. The Welsh awaits a native reader's check."""

CITIZENS = "People are citizens with something to offer, not recipients of a service."
LABEL = "A label can put people off joining in; a shared interest brings them together."
PLACE = "Begin with what is strong in a place, not with what an index says it lacks."
BRIDGE = "People are introduced to each other; files are passed along."
HOPES = "Ask what people hope for and can share, before what is missing."
LIFE = "Say what somebody is living through; it is not who they are."
CRISIS = "The language of crisis and vulnerability outlasts the hard time and hides what people can give."
OURS = "It is for us to go and meet people; they are not the ones who are missing."
FIXING = "People are not there to be fixed: they are the answer, and we walk alongside."

#: The same reasons in Welsh.
IN_WELSH = {
    CITIZENS: "Dinasyddion â rhywbeth i'w gynnig yw pobl, nid rhai sy'n derbyn gwasanaeth.",
    LABEL: "Gall label gadw pobl draw; mae diddordeb cyffredin yn dod â nhw at ei gilydd.",
    PLACE: "Dechreuwch gyda'r hyn sy'n gryf mewn lle, nid gyda'r hyn y mae mynegai yn dweud ei fod ar goll.",
    BRIDGE: "Pobl sy'n cael eu cyflwyno i'w gilydd; ffeiliau sy'n cael eu pasio ymlaen.",
    HOPES: "Gofynnwch beth mae pobl yn gobeithio amdano ac yn gallu ei rannu, cyn gofyn beth sydd ar goll.",
    LIFE: "Dywedwch beth mae rhywun yn byw drwyddo; nid dyna pwy ydyn nhw.",
    CRISIS: "Mae iaith argyfwng yn para'n hirach na'r cyfnod anodd, ac yn cuddio'r hyn y gall pobl ei roi.",
    OURS: "Ein gwaith ni yw mynd i gwrdd â phobl; nid nhw sydd ar goll.",
    FIXING: "Nid oes angen trwsio pobl: nhw yw'r ateb, ac rydyn ni'n cydgerdded â nhw.",
}
