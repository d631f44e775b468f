"""Providers: one module per kind of endpoint, found by its file name."""
