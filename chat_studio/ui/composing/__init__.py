"""Where a question is written: text, attachments, what waits, and what it will cost of the model's window."""
