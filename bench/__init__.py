"""Measures the promises of the README: start, memory, idleness, streaming. Run by `make bench`."""
