"""The benches behind `make bench`, one a file, and what they share. Each has measure(workshop, options, table)."""
