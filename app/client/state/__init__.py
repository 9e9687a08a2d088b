"""What survives a restart: attempts, folders, the one-instance lock."""
