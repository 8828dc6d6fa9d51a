"""What the office reports: `metrics` defines every figure once, the other modules count, lay out and write them."""

# Its figures are known as soon as anything of the reports is.
from caseworks.reports import care

__all__ = ["care"]
