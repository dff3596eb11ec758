"""Profiles of residents: age band, category and route, asked with consent, shown in figures of whole years (ADR 37)."""
