"""What each platform offers, and the choice of its backends."""
