"""Files that a run leaves: the run directory and the event log."""
