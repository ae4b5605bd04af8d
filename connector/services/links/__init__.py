"""Links that people post: what they name, who may read that, and when it is shown."""
