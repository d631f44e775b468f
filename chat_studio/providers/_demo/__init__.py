"""What the demo provider plays."""
