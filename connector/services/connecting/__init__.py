"""How a connection comes to be, is kept and ends."""
