"""Help on conversations, residents, gifts, introductions, asks and words."""

from django.utils.translation import gettext_lazy as _

from config.help.topics import Topic

PEOPLE = (
    Topic(_("Log a conversation"), ("connectors:conversation-create", "connectors:conversation-update", "connectors:capture"), (
        _("One page is enough for a whole gathering: write the names with commas between them, and what you heard."),
        _("If you may have met somebody you name before, Kith asks before it adds a second record."),
        _("Only names or notes are needed; everything else can wait or be left out."),
        _("Without signal the conversation stays on your phone, encrypted, and is sent when the signal is back."),
        _("“Something to come back to” appears on Today on the day you choose."),
    )),
    Topic(_("Conversations"), ("connectors:conversation-list",), (
        _("Every conversation of your team is here, newest first."),
        _("Search finds words with or without accents; put a phrase in quotation marks to find it as a whole."),
        _("More filters narrow the list to a neighbourhood, a theme, a builder or a period."),
        _("A conversation counts in the neighbourhood and on the day that it names."),
        _("Open one to add people, correct it or start a spark, a story or an introduction from it."),
    )),
    Topic(_("A conversation"), ("connectors:conversation-detail", "connectors:conversation-delete", "connectors:conversation-introduce"), (
        _("This is everything that was noted that day, and it is also on the page of everyone who was in it."),
        _("Kith asks here about names that were not clear: choose who it was, or say that it was somebody else."),
        _("Builders change their own conversations; managers can change all of them."),
        _("A spark, a story or an introduction that starts here keeps the link to it."),
        _("A deleted conversation can be restored for 30 days."),
    )),
    Topic(_("Next steps"), (
        "connectors:step-list", "connectors:step-create", "connectors:step-update", "connectors:asset-steps",
        "sparks:spark-next-step",
    ), (
        _("A next step is something you promised to come back to: about a conversation, a resident, a place or a spark."),
        _("It appears on its builder’s Today, on the day it is due."),
        _("Move it to tomorrow, to next week or to another day, or give it to a colleague."),
        _("A step marked as done stays on Today for a moment, with Undo, and you can log what happened."),
        _("When somebody leaves the team or is away, their steps pass to a colleague."),
    )),
    Topic(_("A word in passing"), ("connectors:light-touch-create", "connectors:light-touch-list", "connectors:light-touch-update"), (
        _("Use this when somebody only wanted a piece of information or a friendly word."),
        _("No name is recorded: three taps are enough."),
        _("It counts as light-touch work (Level 1); information only is counted separately."),
        _("Information only does not count towards belonging outcomes."),
        _("Correct or delete one in their list; if it turns out to be more, log a conversation instead."),
    )),
    Topic(_("Waiting to send"), ("connectors:capture-waiting", "connectors:capture-check", "connectors:capture-photo", "connectors:capture-drafts",
        "connectors:no-signal",), (
        _("What you saved without signal is on this phone only, encrypted, until it has been sent."),
        _("It is sent by itself when there is signal and you are signed in; Send now tries at once."),
        _("Kith compares what your phone saved with what arrived, so nothing goes missing without a message."),
        _("If a name could be two people, the conversation arrives and the name waits as a question."),
        _("Do not clear the browser’s data while something is waiting."),
    )),
    Topic(_("People"), ("connectors:person-list", "connectors:person-create"), (
        _("Residents are here with the gifts they offer and what they care about."),
        _("Type any part of a name, with or without accents; a street works too."),
        _("Initials mean that the resident has not been told yet that you write things down."),
        _("A connector is a resident with a gift they share: the same record, marked on their page."),
        _("If two records are one person, open one of them and merge."),
    )),
    Topic(_("A resident’s page"), (
        "connectors:person-detail", "connectors:person-update", "connectors:person-consents", "connectors:person-web",
    ), (
        _("Gifts come first; then what they care about, who they know and what happened."),
        _("“Told” records that they know what you write down, and which version of the privacy notice they heard."),
        _("Introductions are suggested only to residents who agreed to be introduced."),
        _("Everything you hold about them can be shown to them as a sheet, by link or on paper."),
        _("They may ask to correct or erase their data at any time; both start on this page."),
    )),
    Topic(_("Street champions"), ("connectors:champion-list", "connectors:champion-sheet", "connectors:champion-import"), (
        _("A street champion knows a street and is happy to be asked about it."),
        _("Import a list from a spreadsheet: the preview shows the result for each row before anything is saved."),
        _("Rows that may be known residents are pointed out, so that nobody is added twice."),
        _("The list is by street, ready for a walk, and can be printed."),
        _("An import can be undone as a whole."),
    )),
    Topic(_("Possible duplicates and merging"), ("connectors:duplicate-list", "connectors:person-merge"), (
        _("These records may be the same person: a similar name, telephone number, email address or street."),
        _("Merging shows both side by side, and you choose which values stay."),
        _("Conversations, gifts and introductions of both move to the record that stays."),
        _("“Not the same person” removes the pair from the list for good."),
        _("A merge can be undone, so nothing is lost by trying."),
    )),
    Topic(_("Telling people, and what they ask for"), (
        "connectors:notice-list", "connectors:wish-list", "connectors:wish-handle", "connectors:past-people",
    ), (
        _("Residents have the right to know what you write down, and to have it corrected or erased."),
        _("You have one calendar month to answer a request; the due date is shown beside it."),
        _("The notice is what you tell people. A change makes a new version, and earlier ones stay."),
        _("Invite people you have not seen for a while in the way they prefer; those who said no are not listed."),
        _("The audit records that you answered, not what you wrote."),
    )),
    Topic(_("Reviews"), ("connectors:review-list",), (
        _("Kith found something in the text of these records that a person should look at."),
        _("Often it is the name of somebody whose data has been erased."),
        _("Open the record, correct the text, then mark it as checked."),
        _("Kith changes nothing itself."),
        _("Unlikely ones are at the end, and you can mark them together."),
    )),
    Topic(_("Erasing a resident’s data"), ("connectors:person-erase",), (
        _("Erasing removes the resident’s name, contact details and everything that identifies them."),
        _("The page lists where they are mentioned before you decide."),
        _("Numbers stay as they were, because they identify nobody."),
        _("It cannot be undone, not even from Deleted, and it is repeated after a backup is restored."),
        _("Do it when the resident asks, or when you no longer need to hold their data."),
    )),
    Topic(_("The sheet"), ("connectors:person-sheet", "connectors:person-sheet-link"), (
        _("The sheet shows a resident everything that you hold about them, in their own language where you have it."),
        _("A link opens it once, for a limited time, without an account."),
        _("Read it with them, print it, or send the link in the way they prefer."),
        _("They can correct details, change what they agreed to, or ask for erasure; you see it on Today."),
        _("Nothing about anybody else is on it."),
    )),
    Topic(_("Gifts"), ("connectors:gift-list", "connectors:gift-create", "connectors:gift-update", "connectors:gift-delete", "connectors:gift-totals"), (
        _("Gifts are what residents are good at and happy to share: of the head, the hands or the heart."),
        _("A gift with a theme is matched with neighbours who care about the same thing."),
        _("An offer can be withdrawn without deleting the gift."),
        _("Gifts are never put on the public map, and never exported with a place."),
        _("Search with or without accents; the newest are first."),
    )),
    Topic(_("Walking alongside"), (
        "connectors:journey-list", "connectors:journey-create", "connectors:journey-detail", "connectors:journey-update",
        "connectors:journey-note", "connectors:journey-end",
    ), (
        _("A journey is longer support (Level 2): it starts with the resident’s own vision of a good life."),
        _("Changes are recorded in nine areas, wanted or not, with who says so."),
        _("Unwanted changes, such as relying on the team, are recorded as carefully as wanted ones."),
        _("Name other organisations that are involved, so that the change is not credited to you alone."),
        _("End a journey when it is over: what was recorded stays."),
    )),
    Topic(_("Introductions"), (
        "connectors:introduction-list", "connectors:introduction-create", "connectors:introduction-detail",
        "connectors:introduction-update",
        "connectors:introductions-to-ask", "connectors:introduction-routes",
    ), (
        _("An introduction brings two together: residents, groups, places or partners."),
        _("Kith does not introduce somebody who said no, and suggests asking first if nobody has asked them."),
        _("After some weeks Today asks what came of it; “not known” is an answer."),
        _("Only introductions that led to contact count as a connection."),
        _("Introductions by route show how people found each other: all routes add up to the total."),
    )),
    Topic(_("Suggestions"), ("connectors:suggestions-for-me", "connectors:person-suggestions", "connectors:suggestions-dismissed"), (
        _("Kith suggests neighbours who care about the same thing, or one who offers what the other asked for."),
        _("The reason is always given, and who said so."),
        _("Nobody is suggested who did not agree to be introduced."),
        _("“Not now” hides a suggestion for some weeks, “Not these two” for good."),
        _("Dismissed suggestions can be restored from their list."),
    )),
    Topic(_("The web of connections"), ("connectors:web",), (
        _("The picture shows who is connected, as far as it has been recorded."),
        _("“Without us” leaves builders out: that is what would stay."),
        _("Watch the typical number of connections; density falls as you meet more people, which is not a loss."),
        _("It is for builders and managers, who know the people; others find the released numbers among the indicators."),
        _("Choose a neighbourhood, a theme or a period to see a part of it."),
    )),
    Topic(_("Asks"), ("connectors:ask-list", "connectors:ask-create", "connectors:ask-detail", "connectors:ask-update", "connectors:ask-met", "connectors:ask-shares"), (
        _("An ask is what somebody would like: company on a walk, a shelf put up, a lift."),
        _("Neighbours who may have it appear at once, with the reason."),
        _("Record who met it: a neighbour, a group, or a service."),
        _("The share met by neighbours is one of the indicators."),
        _("Close an ask that is no longer wanted; it can be opened again."),
    )),
    Topic(_("Words"), ("connectors:word-list", "connectors:word-create", "connectors:word-update", "connectors:word-trend"), (
        _("Kith points to words that describe people by what they lack, and offers others."),
        _("It never stops you, never changes text by itself and ignores quotations."),
        _("Managers add words of the team’s own; anybody can ignore a word for themselves."),
        _("English and Welsh are noticed together."),
        _("The trend counts words for the whole team, never for one person."),
    )),
    Topic(_("Conversation starters"), ("connectors:prompt-list", "connectors:prompt-create", "connectors:prompt-update", "connectors:prompt-delete"), (
        _("Starters are questions that open a conversation, shown on the page where you log one."),
        _("A set can be for everywhere, or for some neighbourhoods."),
        _("Archive a set and it stays here for later."),
        _("Managers add and change sets; every set can name its source."),
        _("Answers are not recorded: the questions are only there to start a conversation."),
    )),
)  # fmt: skip
