"""From numbers to characters, without a widget in sight."""
