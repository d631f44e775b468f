"""Where Gemini is not like OpenAI."""
