"""Connections: the user's file of endpoints, their keys, and what is wrong with them."""
