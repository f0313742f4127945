"""sesmon: the live monitor for Amazon SES."""

__version__ = "0.1.0"
