"""The process that the user typed pytest in: it decides and reports, and never runs a test."""
