"""What runs on the machine: preparation, installation, undo, migration, and the same for other tools."""
