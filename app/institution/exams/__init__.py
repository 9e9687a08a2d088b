"""Authoring and signing of exam settings."""
