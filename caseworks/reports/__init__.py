"""What the office reports: `metrics` defines every figure once, the other modules count, lay out and write them."""
