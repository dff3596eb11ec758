"""Help on sparks, stories and indicators."""

from django.utils.translation import gettext_lazy as _

from config.help.topics import Topic

EVIDENCE = (
    Topic(_("How sparks work"), ("sparks:how-it-works",), (
        _("The drawing shows every status a spark can have, and the steps that lead from one to the next."),
        _("The table below it says for each step who may take it, who is told and what happens to the money."),
        _("Both are drawn from the rules that Kith itself follows, so they are never out of date."),
        _("Above the team’s limit two people decide, and whoever approved a spark does not pay it."),
        _("Nobody decides on a spark that they wrote, that their own group asked for, or whose money they sign for."),
    )),
    Topic(_("Decide on several sparks"), ("sparks:decide-several",), (
        _("Only sparks that you may decide on are here, each with its amount and what is left of its round."),
        _("Tick those that you approve: all of them are approved, each with a decision of its own, or none."),
        _("If somebody changed one meanwhile, nothing is approved and the page says which it was."),
        _("Open a spark to read it whole, to ask a question or to decline it."),
        _("A spark above the team’s limit still needs a second person."),
    )),
    Topic(_("Sparks"), ("sparks:spark-list",), (
        _("A spark is a small amount of money, or none, for what neighbours want to do."),
        _("It goes from an idea to a decision, the money and a story, on one page."),
        _("The bar shows each round’s budget: paid, promised and left."),
        _("Managers see which sparks wait for their decision."),
        _("More filters find sparks by status, round or neighbourhood."),
    )),
    Topic(_("Start a spark"), ("sparks:spark-create", "sparks:spark-update"), (
        _("Four questions: what, who with, what it costs, and who holds the money."),
        _("A group can do without a constitution or a bank account: a partner can hold the money, or the spark may need none."),
        _("Save a draft at any time; submit when all four are answered."),
        _("List what neighbours lend or give as well: it counts, even without a price."),
        _("Whoever writes an answer cannot decide on the spark."),
    )),
    Topic(_("A spark"), (
        "sparks:spark-detail", "sparks:spark-pay", "sparks:spark-payee", "sparks:spark-recover",
    ), (
        _("Everything about this spark is here: the answers, the money, the decisions and the story."),
        _("Nobody decides on their own spark, their group’s, or one whose money they sign for; above the team’s limit two people decide."),
        _("Who is paid is written down when the group says yes. Whoever approved it cannot pay it."),
        _("Another award, another payee or money returned: one person proposes it, and another agrees."),
        _("A withdrawn or cancelled spark releases its money, and the reason stays here."),
    )),
    Topic(_("How a group grew"), ("sparks:group-lineage", "sparks:group-roots"), (
        _("A group can grow from sparks, and sparks from a group: this page shows which led to which."),
        _("Say what a group grew from, so that later sparks are seen as part of one story."),
        _("A group can have several roots, and you can remove one again."),
        _("Money and decisions stay as they are."),
        _("Start a spark from here, and it is linked to the group at once."),
    )),
    Topic(_("Funds and rounds"), (
        "sparks:round-list", "sparks:round-create", "sparks:round-detail", "sparks:round-update",
    ), (
        _("A fund is where the money comes from; a round is a budget with an opening and a closing date."),
        _("A round’s budget cannot be overspent, whoever decides at the same time, and no budget is more than its fund has left."),
        _("Once a round has opened or somebody has begun a spark for it, its rules change only when two people agree."),
        _("The ledger lists every promise, payment, release and return, and cannot be changed afterwards."),
        _("Stored totals are compared with the ledger, and your finance team can download it."),
    )),
    Topic(_("Money of a fund"), (
        "sparks:fund-create", "sparks:fund-detail", "sparks:fund-money", "sparks:fund-update",
    ), (
        _("Record what the funder gave, what is left of an earlier year, and what goes back."),
        _("It counts once another manager, a deputy or an administrator has compared it with the bank and agreed."),
        _("Rounds are opened from what is free; money in a round cannot go back to the funder."),
        _("The ledger cannot be changed afterwards: a correction is another line."),
    )),
    Topic(_("The public page of a round"), (
        "sparks:apply-page", "sparks:apply-poster", "sparks:application-list", "sparks:application-detail",
        "sparks:application-aloud", "sparks:application-close", "sparks:application-words", "sparks:holder-update",
    ), (
        _("Residents apply there without an account: two questions first, then five, one on each screen."),
        _("Six words on paper open their idea again; photos or a voice note can replace writing."),
        _("An idea becomes a spark when you take it up; whoever does that counts as having written it and does not decide."),
        _("An organisation says by a link, without an account, whether it holds the money, and sees what it holds."),
        _("An idea can be said aloud: write it down with them, read it back, and record their yes."),
    )),
    Topic(_("The story of a spark"), ("sparks:report-edit",), (
        _("A few sentences and a photo are enough: what happened, who came, what is different."),
        _("Receipts and what was left over belong here too."),
        _("It can grow into a story that is shared, with the agreement of those in it."),
        _("The group is credited, not the organisation that held the money."),
        _("You can save and come back."),
    )),
    Topic(_("Stories"), ("evaluation:story-list", "evaluation:story-detail", "evaluation:story-withdraw"), (
        _("A story says what changed, for whom, and who contributed what."),
        _("Somebody other than its author approves it before it is published."),
        _("The people in it decide how widely it is shared, and may change their mind."),
        _("Every story leads to the numbers it explains, and every number to its stories."),
        _("A withdrawn story leaves every page and export at once."),
    )),
    Topic(_("Tell a story"), ("evaluation:story-create", "evaluation:story-update"), (
        _("Self is one person’s part, us what neighbours did together, now what is different."),
        _("Say what residents, others and your team contributed, and whether it would have happened anyway."),
        _("Quote people in their own words; quotations are never corrected."),
        _("The agreement is needed before publishing, not before writing."),
        _("Choose the numbers that the story explains: it appears beside them."),
    )),
    Topic(_("Packs"), ("evaluation:pack-list", "evaluation:pack-create", "evaluation:pack-detail", "evaluation:pack-update", "evaluation:pack-links"), (
        _("A pack is for people without an account: numbers of a closed quarter or year, stories whose people agree, and what you learned."),
        _("Kith checks it first: no small numbers, consent for each story, no names of residents, and something that went wrong."),
        _("If nothing went wrong, a sentence signed by whoever publishes it says why; managers publish."),
        _("Its links end on the day you choose and can be withdrawn; how often each was opened on a day is counted, not by whom."),
        _("When somebody in a story no longer agrees, the story leaves every pack at once, and the pack says so."),
    )),
    Topic(_("Priorities"), ("evaluation:priority-list", "evaluation:priority-create", "evaluation:priority-update", "evaluation:record-priorities"), (
        _("Write down the priorities of a council plan, a health strategy or another plan when somebody asks which of them your work served."),
        _("Tag sparks, stories, assets, introductions and learning with them afterwards: any number, of several plans."),
        _("Whoever may change something may tag it, from the foot of its page; managers keep the list."),
        _("Each list filters by priority, and the numbers here open those lists."),
        _("Residents decide what they do. A tag says what it served, not why they did it."),
    )),
    Topic(_("Learning"), ("evaluation:learning-list", "evaluation:observation-create", "evaluation:observation-update"), (
        _("Write down what you noticed at a gathering, on a visit or in a conversation, or heard in a podcast, with its day."),
        _("Say whether it went well, went wrong or a bit of both: each is one tap."),
        _("Leave out names of residents, because what you write can be in a report."),
        _("Whoever wrote it and managers can change it, and a deletion can be undone for 30 days."),
        _("Filter by source, theme, place and days; evaluators and managers download exactly what the filters show."),
    )),
    Topic(_("Value maps"), (
        "evaluation:value-list", "evaluation:value-detail", "evaluation:value-create", "evaluation:value-update", "evaluation:value-elsewhere",
    ), (
        _("A value map says what changed for whom because of an activity, what that was worth, and what was put in."),
        _("First come its assumptions, with where it would break even, and how far each moves the result; the ratio comes last."),
        _("A ratio is shown only when a colleague has signed everything that somebody else entered."),
        _("A map in points, without money, says what matters to whom; it has no ratio and needs none."),
        _("Ratios are not comparable: each rests on its own outcomes, sources and assumptions."),
    )),
    Topic(_("What a value map rests on"), (
        "evaluation:value-line-detail", "evaluation:value-line-create", "evaluation:value-line-update", "evaluation:value-assumption",
        "evaluation:value-input-create", "evaluation:value-input-update",
    ), (
        _("Each outcome says for how many, for how long, what it is worth, and how much of it is not yours to claim."),
        _("Deadweight would have happened anyway, attribution is what others did, displacement moved a problem, drop-off is lost each year."),
        _("Every number has a source and a range; what stories say is shown beside deadweight and attribution, and never filled in."),
        _("Changes for the worse are outcomes too, and are subtracted."),
        _("Whoever enters a number cannot sign it, and a change ends the signature."),
    )),
    Topic(_("Indicators"), (
        "evaluation:indicator-list", "evaluation:indicator-detail", "evaluation:data-dictionary",
        "evaluation:measurement-create", "evaluation:measurement-update",
    ), (
        _("Indicators are counted from your records; some are measured and entered by hand, and say so."),
        _("Open a number to see its definition, its trend, the records behind it and its stories."),
        _("Counts of fewer people than the team’s settings say are hidden, and sometimes one more, so that nobody can be identified."),
        _("Quiet months at the start are normal: conversations come first, and trust takes time."),
        _("The data dictionary says what each number means; downloads keep their columns from year to year."),
    )),
    Topic(_("Pictures of numbers"), ("evaluation:indicator-places", "evaluation:yardstick-list"), (
        _("Neighbourhoods are drawn on one scale, so that their columns can be compared; people are counted there by whole years."),
        _("A baseline says where it began, a target what you hope for, a comparator how it is elsewhere; each has a source and a day."),
        _("A hatched column is a period that has not ended; a dotted band is a small number that lies somewhere within it."),
        _("An empty outline means that the number is hidden, so that nobody can be identified."),
        _("Managers and evaluators download each picture with its title, day, source and numbers inside."),
    )),
    Topic(_("Your own indicators"), ("evaluation:own-list", "evaluation:own-choose", "evaluation:own-create", "evaluation:own-update", "evaluation:outcome-create"), (
        _("A manager or an evaluator names a change that you hope for, and a number that says something about it; no code is needed."),
        _("Choose what is counted, and which part of it; or record the number yourselves, or ask people."),
        _("“Preview” shows last year’s figures, with small numbers hidden."),
        _("A different source or condition makes version 2, with a series of its own; the wording can be changed at any time."),
        _("What counts residents, or what they said, is shown for the whole team only."),
    )),
    Topic(_("Profile"), ("evaluation:profile", "evaluation:profile-of", "evaluation:profile-categories"), (
        _("A profile is an age group, what matters most to somebody, and how you met. It is optional and only for figures."),
        _("Ask first. A no, on the page of the resident or on their own sheet, deletes the answers at once."),
        _("There are no categories until a manager adds your own; one about health or faith needs what the law asks for."),
        _("Figures are for the whole team and whole years, released with the year; small numbers are hidden, and what would give them away."),
        _("The average age is worked out from the middles of the bands, and hidden where fewer than eight answered or a band is hidden."),
    )),
    Topic(_("Patience"), ("evaluation:patience",), (
        _("Write down beforehand what you expect of the first half year, of the second, and of the second year."),
        _("Months are counted from the first conversation, and what was written stays: a change is a new version with its day and author."),
        _("Show it to whoever pays for the work before the first numbers come."),
        _("In a quiet quarter conversations come first; nothing here is a warning."),
        _("Numbers of people are hidden here as everywhere, and each number opens its own page."),
    )),
    Topic(_("Releases"), ("evaluation:release-list", "evaluation:release-detail", "evaluation:release-close", "evaluation:release-addresses"), (
        _("A manager or an evaluator closes a quarter three weeks after its end, or later; the year is closed with its last quarter."),
        _("A release keeps the figures of that day, and can be downloaded again, byte for byte: as a sheet, or as a data package for Power BI and R."),
        _("Numbers of people are shown to evaluators, and in files, only once their quarter is closed."),
        _("“Changed since” counts again, and says why: late entries, merges, erasures, corrections and others."),
        _("A closed quarter cannot be opened again; records can still be corrected."),
    )),
)  # fmt: skip
