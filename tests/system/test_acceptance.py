"""systemd itself has nothing to say about what we accept."""
