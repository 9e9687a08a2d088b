"""What is watched, independent of the platform."""
