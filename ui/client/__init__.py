"""The test taker's windows."""
