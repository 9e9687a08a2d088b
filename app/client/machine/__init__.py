"""Glue to lockdown: choose guards, engage, adapt the window's guards."""
