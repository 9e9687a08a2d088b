"""Settings of Safe Exam Browser: the `.seb` file and the keys that are derived from it."""
