"""Everything Tact believes and says, as data; no code."""
