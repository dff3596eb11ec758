"""Every write in evaluation, by subject."""

from evaluation.actions.framework import install_framework
from evaluation.actions.rollup import keep_counted

__all__ = ["install_framework", "keep_counted"]
