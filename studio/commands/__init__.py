"""The commands, one file a group; each is thin and imports what it needs only when it runs."""
