"""What the camera shows: faces, where they look, how well they can be seen."""
