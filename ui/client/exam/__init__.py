"""The locked exam window and its web engine."""
