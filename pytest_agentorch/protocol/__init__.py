"""What crosses the wire between controller and agents."""
