"""Microsoft Graph's Secure Score: one method per endpoint, translation apart."""
