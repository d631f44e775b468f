"""What is xAI's alone."""
