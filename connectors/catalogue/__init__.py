"""What ships with Kith for connectors: names, words and texts to start from. Data, without rules."""
