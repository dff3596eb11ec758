"""Admin of connectors, by subject."""

from connectors.admin import conversations, people

__all__ = ["conversations", "people"]
