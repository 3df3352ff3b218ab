"""What both roles ask of the operating system: threads, locks, processes and their kin."""
