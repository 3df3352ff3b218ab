"""Programs that hold pytest-agentorch against real suites; no part of the plugin."""
