"""The regional endpoint: stores ciphertext, answers with signed receipts."""
