"""Commands without an exam: check, upload, forget."""
