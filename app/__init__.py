"""The programs, and the vocabulary they share."""
