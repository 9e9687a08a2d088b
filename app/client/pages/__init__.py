"""Signed settings and findings turned into what a page shows (consent, device check, hand-in, farewell)."""
