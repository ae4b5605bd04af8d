"""How a share becomes exactly one ticket."""
