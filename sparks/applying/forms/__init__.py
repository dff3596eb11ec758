"""Forms of applying: the doors for everybody, one form a screen, and those of the team. They validate; views call actions."""

from sparks.applying.forms.doors import TRAP, CheckForm, OwnPayeeForm, SendForm, SixWordsForm, WordsForm
from sparks.applying.forms.hosts import HolderForm, HostForm
from sparks.applying.forms.screens import HOLDERS, SCREEN_FORMS, ScreenForm
from sparks.applying.forms.team import AloudForm, CloseForm, PageForm, TakeUpForm

__all__ = [
    "AloudForm",
    "CheckForm",
    "CloseForm",
    "HOLDERS",
    "HolderForm",
    "HostForm",
    "OwnPayeeForm",
    "PageForm",
    "SCREEN_FORMS",
    "ScreenForm",
    "SendForm",
    "SixWordsForm",
    "TRAP",
    "TakeUpForm",
    "WordsForm",
]
