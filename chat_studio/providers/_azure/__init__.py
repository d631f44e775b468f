"""What is Azure's alone: its addresses, and deployments in the place of models."""
