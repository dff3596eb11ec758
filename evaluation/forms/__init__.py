"""Forms of evaluation, by subject."""

from evaluation.forms.expectations import ExpectationForm
from evaluation.forms.measurements import MeasurementForm
from evaluation.forms.own import IndicatorForm, OutcomeForm
from evaluation.forms.stories import Beginning, StoryForm
from evaluation.forms.yardsticks import YardstickForm

__all__ = [
    "Beginning",
    "ExpectationForm",
    "IndicatorForm",
    "MeasurementForm",
    "OutcomeForm",
    "StoryForm",
    "YardstickForm",
]
