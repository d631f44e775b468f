"""Small controls that every view is made of."""
