"""The institution's program: keys, exam settings, review."""
