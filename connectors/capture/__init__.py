"""The sealed queue: items that phones write without a signal, received, opened, and saved or parked for review."""
