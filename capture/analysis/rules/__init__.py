"""From observations to incidents: what lasts long enough to be marked."""
