"""Read, acknowledge, ask one service, show one view: one module per topic."""
