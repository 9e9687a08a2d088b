"""Verifying an attempt, holding it against what was signed and admitted, and opening it."""
