"""The test taker's program."""
