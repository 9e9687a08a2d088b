"""Key ceremony, keyring, unlocking, passphrases, printed sheets."""
