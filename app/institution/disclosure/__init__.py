"""Single clips for an appeal."""
