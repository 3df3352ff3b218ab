"""Subscribers of the events of a run: one file per audience."""
