"""Local detection: faces, head and gaze, voices, as numbers with times; nobody is ever recognised."""
