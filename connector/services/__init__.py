"""What the product promises, one service per topic."""
