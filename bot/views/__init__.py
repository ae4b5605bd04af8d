"""Pure functions from the domain's words to Block Kit, one module per topic."""
