"""What the words of a locality model mean: pure rules, no clock, no input or output."""
