"""Programs that serve models on people's own computers: how they are started, how they fail, what else is theirs."""
