"""The screen, driven by Textual's Pilot."""
