"""The window in which connections are listed, edited and tested."""
