"""Sealed copies of what the endpoint has: fetched, kept beside what was said of them, never given up for worse."""
