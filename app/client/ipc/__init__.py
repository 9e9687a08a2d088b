"""The pipe between client and recorder: protocol, child process, line writer."""
