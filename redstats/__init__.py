"""redstats: from street-level Excel returns to dashboards on red owners' committees."""
