"""How servers of one's own are started, and what to do about their failures."""
