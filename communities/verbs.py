"""The verbs of the audit, each with its sentence."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Verb(models.TextChoices):
    """What was done, as (value, sentence, label).

    The sentence contains the actor, `%(who)s`, and the object with its article, `%(what)s`: "the asset Bench".
    `communities.audit_log.sentences` replaces some sentences in special cases. The label is used alone, in filters and in
    the admin.
    """

    sentence: str | Promise

    def __new__(cls, value: str, sentence: str | Promise = "") -> "Verb":
        """Store the sentence with the value."""
        verb = str.__new__(cls, value)
        verb._value_ = value
        verb.sentence = sentence
        return verb

    # Rows of any kind.
    CREATE = "create", _("%(who)s added %(what)s."), _("Added")
    UPDATE = "update", _("%(who)s changed %(what)s."), _("Changed")
    DELETE = "delete", _("%(who)s deleted %(what)s."), _("Deleted")
    UNDO = "undo", _("%(who)s undid a change to %(what)s."), _("Undone")
    EXPORT = "export", _("%(who)s downloaded a file about %(what)s."), _("Downloaded a file")

    # Signing in.
    SIGN_IN = "sign_in", _("%(who)s signed in."), _("Signed in")
    SIGN_IN_FAILED = (
        "sign_in_failed",
        _("Somebody tried to sign in as %(what)s with a wrong password."),
        _("Tried a wrong password"),
    )
    SIGN_OUT = "sign_out", _("%(who)s signed out."), _("Signed out")
    CHANGE_PASSWORD = "change_password", _("%(who)s changed the password of %(what)s."), _("Changed a password")  # noqa: S105 - a verb
    RESET_PASSWORD = (
        "reset_password",
        _("%(who)s reset their password by email."),
        _("Reset a password by email"),
    )  # noqa: S105 - a verb
    UNLOCK = "unlock", _("%(who)s unlocked the account of %(what)s."), _("Unlocked an account")
    OPEN_ACCOUNT = "open_account", _("%(who)s reopened the account of %(what)s."), _("Reopened an account")
    CLOSE_ACCOUNT = "close_account", _("%(who)s closed the account of %(what)s."), _("Closed an account")
    NAME_ADMINISTRATOR = (
        "name_administrator",
        _("%(who)s made %(what)s an administrator."),
        _("Made somebody an administrator"),
    )
    STOP_ADMINISTERING = (
        "stop_administering",
        _("%(who)s removed %(what)s as an administrator."),
        _("Removed an administrator"),
    )

    # Applications from a public page.
    SEND_APPLICATION = (
        "send_application",
        _("Whoever wrote %(what)s sent it from the public page."),
        _("Sent from the public page"),
    )
    WITHDRAW_APPLICATION = (
        "withdraw_application",
        _("Whoever wrote %(what)s withdrew it."),
        _("Withdrawn by whoever wrote it"),
    )
    TAKE_UP = "take_up", _("%(who)s took up %(what)s."), _("Took up an application")
    NOT_TAKEN_UP = "not_taken_up", _("%(who)s did not take up %(what)s."), _("Did not take up an application")

    # Members.
    INVITE = "invite", _("%(who)s sent %(what)s."), _("Invited")
    INVITE_AGAIN = "invite_again", _("%(who)s sent %(what)s again."), _("Invited again")
    WITHDRAW_INVITATION = "withdraw_invitation", _("%(who)s withdrew %(what)s."), _("Withdrew an invitation")
    ACCEPT = "accept", _("%(who)s accepted %(what)s."), _("Accepted an invitation")
    ADD_MEMBER = "add_member", _("%(who)s added %(what)s to the team."), _("Added to the team")
    CHANGE_ROLES = "change_roles", _("%(who)s changed the roles of %(what)s."), _("Changed roles")
    CONFIRM_MANAGER = (
        "confirm_manager",
        _("%(who)s confirmed that %(what)s can decide on money."),
        _("Confirmed a new manager"),
    )
    AWAY = "away", _("%(who)s recorded that %(what)s is away."), _("Recorded an absence")
    BACK = "back", _("%(who)s recorded that %(what)s is back."), _("Ended an absence")
    HAND_OVER = "hand_over", _("%(who)s handed over what %(what)s looked after."), _("Handed over")
    REMOVE_MEMBER = "remove_member", _("%(who)s removed %(what)s from the team."), _("Removed from the team")

    # Messages.
    WRITE_MESSAGE = "write_message", _("%(who)s triggered %(what)s."), _("Triggered a message")
    SEND_MESSAGE = "send_message", _("Kith sent %(what)s."), _("Sent a message")
    GIVE_UP_MESSAGE = "give_up_message", _("Kith could not send %(what)s."), _("Could not send a message")
    SEND_MESSAGE_AGAIN = "send_message_again", _("%(who)s sent %(what)s again."), _("Sent a message again")
    LEAVE_TO_PEOPLE = (
        "leave_to_people",
        _("%(what)s is on the list of messages to tell in person."),
        _("Left a message to be passed on in person"),
    )
    TELL_MESSAGE = "tell_message", _("%(who)s passed on %(what)s in person."), _("Passed on a message in person")
    WITHDRAW_MESSAGE = "withdraw_message", _("%(who)s withdrew %(what)s."), _("Withdrew a message")

    # Assets.
    CONFIRM = (
        "confirm",
        _("%(who)s confirmed that the details of %(what)s are still correct."),
        _("Confirmed as still correct"),
    )
    RETIRE = "retire", _("%(who)s retired %(what)s."), _("Retired")
    RESTORE = "restore", _("%(who)s restored %(what)s."), _("Restored")
    REHEARSE = "rehearse", _("%(who)s previewed %(what)s."), _("Previewed an import")
    APPLY = "apply", _("%(who)s completed %(what)s."), _("Completed an import")

    # Residents.
    BECOME_CONNECTOR = (
        "become_connector",
        _("%(who)s recorded that %(what)s became a connector."),
        _("Marked as a connector"),
    )
    STOP_CONNECTING = (
        "stop_connecting",
        _("%(who)s recorded that %(what)s is no longer a connector."),
        _("No longer marked as a connector"),
    )
    BECOME_CHAMPION = (
        "become_champion",
        _("%(who)s recorded that %(what)s became a street champion."),
        _("Marked as a street champion"),
    )
    STOP_CHAMPIONING = (
        "stop_championing",
        _("%(who)s recorded that %(what)s is no longer a street champion."),
        _("No longer marked as a street champion"),
    )
    ERASE = (
        "erase",
        _("%(who)s erased the data about %(what)s, at their request."),
        _("Erased a resident’s data"),
    )
    ERASE_NAME = (
        "erase_name",
        _("%(who)s erased a resident’s name and words from %(what)s."),
        _("Erased a resident’s name and words"),
    )
    MERGE = "merge", _("%(who)s merged two records of %(what)s."), _("Merged two records")
    UNDO_MERGE = "undo_merge", _("%(who)s undid the merge of two records of %(what)s."), _("Undid a merge")
    TWO_PEOPLE = (
        "two_people",
        _("%(who)s confirmed that %(what)s are two different people."),
        _("Confirmed two different people"),
    )
    DISMISS = "dismiss", _("%(who)s dismissed %(what)s."), _("Dismissed a suggestion")
    MATCH_PEOPLE = "match_people", _("%(who)s matched the people met in %(what)s."), _("Matched the people met")

    # Privacy information, consent and requests of residents.
    TELL = (
        "tell",
        _("%(who)s recorded that %(what)s was told about our records."),
        _("Told a resident about our records"),
    )
    AGREE = "agree", _("%(who)s recorded that %(what)s agreed to something."), _("Recorded a yes")
    REFUSE = "refuse", _("%(who)s recorded that %(what)s said no to something."), _("Recorded a no")
    PUBLISH = "publish", _("%(who)s published %(what)s."), _("Published")
    MAKE_LINK = "make_link", _("%(who)s created a link to %(what)s."), _("Created a link to a sheet")
    OPEN_SHEET = "open_sheet", _("The resident opened %(what)s."), _("Opened their own sheet")
    CORRECT_ON_SHEET = (
        "correct_on_sheet",
        _("The resident corrected something on %(what)s."),
        _("Corrected something on their own sheet"),
    )
    ANSWER_ON_SHEET = (
        "answer_on_sheet",
        _("The resident answered yes or no on %(what)s."),
        _("Answered on their own sheet"),
    )
    WISH_ON_SHEET = (
        "wish_on_sheet",
        _("The resident asked for something on %(what)s."),
        _("Asked for something on their own sheet"),
    )
    CLOSE_SHEET = "close_sheet", _("The resident closed %(what)s."), _("Closed their own sheet")
    WISH = "wish", _("%(who)s recorded %(what)s."), _("Recorded a request")
    HANDLE_WISH = "handle_wish", _("%(who)s answered %(what)s."), _("Answered a request")

    # Asks, introductions and journeys.
    MEET = "meet", _("%(who)s marked %(what)s as met."), _("Marked an ask as met")
    CLOSE_ASK = "close_ask", _("%(who)s closed %(what)s."), _("Closed an ask")
    FINISH = "finish", _("%(who)s marked %(what)s as done."), _("Marked a next step as done")
    CLOSE_STEP = (
        "close_step",
        _("%(who)s closed %(what)s without doing it."),
        _("Closed a next step"),
    )
    REOPEN = "reopen", _("%(who)s reopened %(what)s."), _("Reopened")
    RECORD_OUTCOME = "record_outcome", _("%(who)s recorded the outcome of %(what)s."), _("Recorded an outcome")
    STOP_ASKING = (
        "stop_asking",
        _("%(who)s stopped the follow-up questions about %(what)s."),
        _("Stopped follow-up questions"),
    )
    END = "end", _("%(who)s ended %(what)s."), _("Ended")

    # Words and the web of connections.
    IGNORE_WORD = "ignore_word", _("%(who)s chose to ignore %(what)s."), _("Ignored a word")
    COUNT_WORDS = (
        "count_words",
        _("%(who)s recounted the noticed words in the conversations of %(what)s."),
        _("Recounted noticed words"),
    )

    # The sealed queue of phones without signal.
    RECEIVE = "receive", _("%(who)s sent %(what)s."), _("Sent from a phone")
    PARK = "park", _("%(who)s sent %(what)s, and it needs checking."), _("Needs checking")
    OPEN = "open", _("%(who)s opened %(what)s."), _("Opened")
    SETTLE = "settle", _("%(who)s settled %(what)s."), _("Settled")
    DISCARD = "discard", _("%(who)s deleted the contents of %(what)s."), _("Deleted contents")
    REFUSE_ERASED = (
        "refuse_erased",
        _("%(who)s sent %(what)s. It was not saved, because it had been erased."),
        _("Refused something that was erased"),
    )
    FIND_EMPTY = (
        "find_empty",
        _("%(who)s used %(what)s, which had lost its saved data."),
        _("Found a phone that had lost its data"),
    )
    REVIEW_LOSS = "review_loss", _("%(who)s reviewed the lost data of %(what)s."), _("Reviewed lost data")
    DESTROY_KEY = "destroy_key", _("%(who)s destroyed the private key of %(what)s."), _("Destroyed a key")

    # Sparks.
    SUBMIT = "submit", _("%(who)s submitted %(what)s."), _("Submitted")
    ASK_QUESTION = "ask_question", _("%(who)s asked a question about %(what)s."), _("Asked a question")
    RULE_OUT = (
        "rule_out",
        _("%(who)s marked %(what)s as outside the fund’s purpose."),
        _("Found outside the fund"),
    )
    RECOMMEND = "recommend", _("%(who)s approved %(what)s, as the first of two."), _("Approved as the first of two")
    APPROVE = "approve", _("%(who)s approved %(what)s."), _("Approved")
    DECLINE = "decline", _("%(who)s declined %(what)s."), _("Declined")
    MARK_READY = (
        "mark_ready",
        _("%(who)s recorded that the award for %(what)s was accepted."),
        _("Recorded an accepted award"),
    )
    PAY = "pay", _("%(who)s paid the award for %(what)s."), _("Paid")
    PROPOSE_PAYEE = (
        "propose_payee",
        _("%(who)s proposed to pay somebody else for %(what)s."),
        _("Proposed another payee"),
    )
    PROPOSE_RETURN = (
        "propose_return",
        _("%(who)s proposed to record money returned from %(what)s."),
        _("Proposed to record returned money"),
    )
    PROPOSE_CORRECTION = (
        "propose_correction",
        _("%(who)s proposed that money of %(what)s was not returned after all."),
        _("Proposed to take a return back"),
    )
    RECOVER = "recover", _("%(who)s recorded money returned from %(what)s."), _("Recorded returned money")
    REPORT = "report", _("%(who)s reported what came of %(what)s."), _("Reported")
    CLOSE = "close", _("%(who)s closed %(what)s."), _("Closed")
    WITHDRAW = "withdraw", _("%(who)s withdrew %(what)s."), _("Withdrew")
    CANCEL = "cancel", _("%(who)s cancelled %(what)s."), _("Cancelled")
    TAKE_BACK = (
        "take_back",
        _("%(who)s took back their approval of %(what)s."),
        _("Took back an approval"),
    )
    CHOOSE_HOLDER = (
        "choose_holder",
        _("%(who)s chose who holds the money of %(what)s instead."),
        _("Chose who holds the money"),
    )
    AMEND = "amend", _("%(who)s proposed another award for %(what)s."), _("Proposed another award")
    AGREE_AMENDMENT = (
        "agree_amendment",
        _("%(who)s agreed to the change that was proposed for %(what)s."),
        _("Agreed to a proposed change"),
    )
    REFUSE_AMENDMENT = (
        "refuse_amendment",
        _("%(who)s did not agree to the change that was proposed for %(what)s."),
        _("Did not agree to a proposed change"),
    )
    PROPOSE = "propose", _("%(who)s proposed %(what)s."), _("Proposed a change")
    AGREE_PROPOSAL = "agree_proposal", _("%(who)s agreed to %(what)s."), _("Agreed to a change")
    REFUSE_PROPOSAL = "refuse_proposal", _("%(who)s refused %(what)s."), _("Refused a change")
    MOVE_DATE = "move_date", _("%(who)s moved the date by which something is due for %(what)s."), _("Moved a date")
    APPEAL = "appeal", _("%(who)s asked for another decision on %(what)s."), _("Asked for another decision")
    LAPSE = "lapse", _("Kith let %(what)s lapse."), _("Lapsed")
    DECIDE = "decide", _("%(who)s made a decision on %(what)s."), _("Made a decision")
    DECLARE_CONFLICT = (
        "declare_conflict",
        _("%(who)s recorded a conflict of interest in %(what)s."),
        _("Recorded a conflict of interest"),
    )

    # Stories.
    SEND_BACK = "send_back", _("%(who)s sent %(what)s back to be finished."), _("Sent back")
    WITHDRAW_CONSENT = (
        "withdraw_consent",
        _("%(who)s recorded that consent to %(what)s was withdrawn."),
        _("Recorded withdrawn consent"),
    )
