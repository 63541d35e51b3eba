"""What the product costs and finds, beside named baselines measured in the same run."""
