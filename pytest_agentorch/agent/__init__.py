"""The processes that run tests. Never imports the controller."""
