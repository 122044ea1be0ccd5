"""Surfaces: each turns its platform's words into commands and replies into its platform's words, nothing more."""

USAGE = 2
"""Exit code for a command or input that cannot be read (design §3)."""
CONFIGURATION = 78
"""Exit code for a setting, charter or database that cannot be used (design §3)."""
INSIDE = 70
"""Exit code for a fault of Tact's own (sysexits' EX_SOFTWARE)."""
