"""Residents apply without an account: the public page of a round, the applications that arrive, and who takes them up."""
