"""Packs: numbers, stories and learning that a steering group reads by a link, without an account (ADR 35)."""
