"""What an admin says of an instance: further fields, names and meanings of states."""
