"""From pictures and samples to units of MP4."""
