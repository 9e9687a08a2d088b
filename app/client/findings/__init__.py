"""What a device check finds, as sentences with a way on, and what all of it comes to."""
