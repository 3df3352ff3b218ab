"""Decisions. Pure: knows no pytest, no execnet, no thread, no file, no clock, no randomness."""
