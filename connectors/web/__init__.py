"""The web of connections: who met whom, counted, drawn and named."""
