"""Forms of evaluation, by subject."""

from evaluation.forms.expectations import ExpectationForm
from evaluation.forms.measurements import MeasurementForm
from evaluation.forms.stories import Beginning, StoryForm
from evaluation.forms.yardsticks import YardstickForm

__all__ = ["Beginning", "ExpectationForm", "MeasurementForm", "StoryForm", "YardstickForm"]
