"""Sources, encoding and segments of what the institution asked to record."""
