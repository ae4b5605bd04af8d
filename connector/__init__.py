"""The Slack-agnostic half of Snowline: ServiceNow, Microsoft Secure Score and durable work."""
