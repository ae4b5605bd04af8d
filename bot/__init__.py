"""The Slack half of Snowline."""
