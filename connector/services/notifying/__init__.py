"""Who is told of what happens to tickets, and where."""
