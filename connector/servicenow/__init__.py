"""ServiceNow's Table API: one method per endpoint, translation apart."""
