"""Releases: a quarter is closed by a person, and its figures can then be had again, byte for byte (ADR 33)."""
