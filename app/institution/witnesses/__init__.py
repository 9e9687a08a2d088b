"""What others say of a recording: the test taker by the endpoint's receipts, the endpoint by what it has published."""
