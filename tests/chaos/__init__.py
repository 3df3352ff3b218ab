"""Chaos: random suites that misbehave, on agents that are killed, and what must come out of it."""
