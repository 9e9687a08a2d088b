"""The few building blocks that every window uses."""
