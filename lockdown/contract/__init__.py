"""Vocabulary: controls, policies, violations, findings, words."""
