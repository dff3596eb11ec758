"""Admin of connectors, by subject."""

from connectors.admin import asks, conversations, journeys, people, prompts, web, words

__all__ = ["asks", "conversations", "journeys", "people", "prompts", "web", "words"]
