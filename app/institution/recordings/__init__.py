"""Finding, fetching and verifying recordings."""
