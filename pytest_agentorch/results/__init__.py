"""Folds over events: what a run came to. Pure: knows no pytest, no file, no clock."""
