"""The truth: every durable row, one module per topic, and the database they live in."""
