"""Help on Today, searching, the team and what Kith does by itself."""

from django.utils.translation import gettext_lazy as _

from config.help.topics import Topic

TEAM = (
    Topic(_("Today"), ("today",), (
        _("Today shows your next steps, introductions to ask about, and residents to tell that you keep records about them."),
        _("Managers also see sparks to decide and stories to approve; evaluators see how fresh the numbers are."),
        _("Mark a step as done or move it to another day here; you can undo either at once."),
        _("A quiet day is fine: the list need be neither full nor empty."),
        _("Log is the large button, because a conversation comes first."),
    )),
    Topic(_("More"), ("communities:more",), (
        _("Every page that you may open is here, in the groups of the menu; on a computer the menu is at the side."),
        _("A number beside a page says how much waits there for you."),
        _("On a phone, what you use most is also at the foot of the screen."),
        _("If you work in several teams, change the team at the top."),
        _("Sign out at the end of this page, especially on a phone that you share."),
    )),
    Topic(_("Search"), ("communities:search",), (
        _("One box searches residents, gifts, places, conversations, introductions, sparks, stories, partners and pages."),
        _("Accents, capitals and the order of names make no difference: “sian” finds Siân."),
        _("Keywords can be in different places: “sian baking” finds Siân who bakes. Press / to go to the box."),
        _("Each kind shows its best matches and leads to the whole list."),
        _("You find only what you may open."),
    )),
    Topic(_("The team"), (
        "communities:team-detail", "communities:team-update", "communities:invitation-create", "communities:member-update",
        "communities:member-confirm",
    ), (
        _("Builders log conversations, managers decide and approve, evaluators see numbers; one person can have several roles."),
        _("Invite somebody by email: the link works once and expires."),
        _("The settings say above which amount two people decide, and below which number counts of people are hidden."),
        _("A new manager, deputy or payer decides on money and pays once a second person has confirmed them."),
        _("Change somebody’s roles, or record that they are away or leaving, from their name in the list."),
    )),
    Topic(_("Leaving, and being away"), (
        "communities:member-remove", "communities:member-hand-over", "communities:member-away",
    ), (
        _("When somebody leaves, their access ends at once and what they recorded stays, with their name."),
        _("One colleague can take on everything, or you choose somebody for each kind or each item."),
        _("Promises and questions can be closed instead, with a reason."),
        _("Undo returns what was handed over, except what has been done or handed on since."),
        _("While somebody is away, what waits for them is on their stand-in’s Today; this ends by itself."),
    )),
    Topic(_("Who did what"), ("communities:audit-list",), (
        _("Every change is listed with who made it and when."),
        _("It names the fields that changed, never what was in them."),
        _("Nobody can change or delete these lines, not even an administrator."),
        _("Filter by person, day or subject, and download it for an audit."),
        _("Everybody sees their own lines; managers see those of the team."),
    )),
    Topic(_("Deleted"), ("communities:deleted-list", "communities:undo"), (
        _("What was deleted waits here for 30 days and can be restored."),
        _("Restoring brings back everything that belonged to it."),
        _("Meanwhile it appears nowhere else: not in lists, searches, numbers or downloads."),
        _("A resident’s data that was erased is not here, and cannot be restored."),
        _("After 30 days it is deleted for good."),
    )),
    Topic(_("Messages"), (
        "communities:message-list", "communities:messages-to-tell", "communities:message-kinds", "communities:message-detail",
        "communities:message-letters", "communities:message-letter",
    ), (
        _("Kith writes to people when something happens to their spark, and keeps what it wrote."),
        _("A message that could not be sent is tried again for a day; then it is shown as failed."),
        _("People without an email address are on the list “People to tell”, with a letter to print."),
        _("Send again, or say that you told them: both are recorded."),
        _("The kinds of messages are listed with the moment when each is sent."),
    )),
    Topic(_("Drafts"), ("communities:draft-list",), (
        _("What you type into a form is saved as a draft while you type, until you save the form."),
        _("A closed tab, a reload or a session that ended loses nothing: open the page again and continue."),
        _("Two tabs of the same form are two drafts."),
        _("Only you can see your drafts, and passwords are never in them."),
        _("Delete a draft when you no longer need it; old ones are deleted by themselves."),
    )),
    Topic(_("Your settings"), ("communities:own-settings",), (
        _("Your name is shown to your team beside what you record."),
        _("An email can say each day, at an hour you choose, what waits for you; it is off until you choose one."),
        _("If nothing waits, no email is sent."),
        _("A calendar address shows your next steps in the calendar you use; keep it to yourself, because it needs no password."),
        _("Withdraw the address at any time, and make a new one if somebody else has seen it."),
    )),
)  # fmt: skip
