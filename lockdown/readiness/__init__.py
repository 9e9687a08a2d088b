"""What the device check finds; closing programs by consent."""
