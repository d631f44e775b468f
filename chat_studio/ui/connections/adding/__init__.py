"""The page on which connections are added: by an address, by a template, or from the environment."""
