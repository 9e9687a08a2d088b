"""The guards that the exam window is by itself, each engaged and released like those of lockdown."""
