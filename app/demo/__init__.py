"""The demonstration: plays test taker, institution and operator on one machine with the real programs."""
