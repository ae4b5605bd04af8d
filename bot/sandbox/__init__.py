"""A local Slack, ServiceNow and Microsoft Graph over real HTTP; imports nothing of the rest."""
