"""我的办件 watched: what the portal says of every group, sweep by sweep."""
