"""Spool, index, uploader, transport."""
