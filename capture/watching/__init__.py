"""Keeps sources alive; gaps, impairments, clock."""
