"""A small shop: carts, prices, orders in SQLite, an HTTP API and a command line."""
