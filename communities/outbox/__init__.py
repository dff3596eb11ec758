"""The outbox: messages to users, residents and partners, and who carries them (ADR 28)."""
