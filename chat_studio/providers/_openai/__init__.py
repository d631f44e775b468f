"""What is known of OpenAI's own models, wherever they are served."""
