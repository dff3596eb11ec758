"""Show the audit to people: `subjects` names each kind of record, `sentences` describes what was done."""
