"""Sealed events and verdicts in sentences for people."""
