"""How tickets are followed, shown and listed."""
