"""The only code that writes lines of a ledger."""

from communities.actions.saving import check_row
from sparks import chain
from sparks.models import ChainedModel


def append_line[Line: ChainedModel](line: Line) -> Line:
    """Write a line at the end of its chain. The caller holds the lock of the row that the chain belongs to.

    A constraint lets only one line have a number, so a writer without the lock fails instead of splitting the chain.
    Raises: ValidationError for a field that is too long or missing.
    """
    check_row(line, exclude=("number", "previous_hash", "hash"), validate_unique=False, validate_constraints=False)
    last = line.last_of_chain()
    line.number, line.previous_hash = (last.number + 1, last.hash) if last else (1, chain.START)
    line.hash = line.digest()
    line.save(force_insert=True)
    return line
