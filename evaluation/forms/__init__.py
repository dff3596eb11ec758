"""Forms of evaluation, by subject."""

from evaluation.forms.measurements import MeasurementForm
from evaluation.forms.stories import Beginning, StoryForm

__all__ = ["Beginning", "MeasurementForm", "StoryForm"]
