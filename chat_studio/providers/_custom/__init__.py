"""What only servers without a kind of their own need."""
