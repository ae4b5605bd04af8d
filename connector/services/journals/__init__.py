"""What is said on tickets in ServiceNow, told in the chat."""
