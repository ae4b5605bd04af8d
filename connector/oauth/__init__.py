"""Signing in at ServiceNow and Microsoft: addresses, PKCE, codes and tokens."""
