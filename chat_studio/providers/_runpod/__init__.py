"""What is RunPod's alone: queues, workers, and pods behind a proxy."""
