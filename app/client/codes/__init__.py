"""The catalogue of the codes that the test taker's program shows: what each means, and who does what about it."""
