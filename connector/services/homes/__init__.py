"""App Home: what it tells somebody, and when it is shown anew."""
