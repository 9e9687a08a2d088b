"""The pages between opening an exam and the locked window."""
