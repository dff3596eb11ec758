"""Admin of connectors, by subject."""

from connectors.admin import asks, capture, conversations, journeys, merges, people, prompts, web, words

__all__ = ["asks", "capture", "conversations", "journeys", "merges", "people", "prompts", "web", "words"]
