"""OpenAI's chat completions, in all the dialects of those who speak it too."""
