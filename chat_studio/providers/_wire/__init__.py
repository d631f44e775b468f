"""What all protocols over HTTP share: requests, failures, texts of servers."""
