"""The parts of the settings, and what they change."""
