"""What people do with a ticket from the chat."""
