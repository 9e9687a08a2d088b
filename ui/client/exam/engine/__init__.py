"""The web engine of the exam window: its profile, its page, and what the page may reach."""
