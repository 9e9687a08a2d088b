"""Exam settings as a typed, signed document."""
