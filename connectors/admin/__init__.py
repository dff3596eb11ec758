"""Admin of connectors, by subject."""

from connectors.admin import conversations, journeys, people, prompts, web, words

__all__ = ["conversations", "journeys", "people", "prompts", "web", "words"]
