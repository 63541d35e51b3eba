"""The report of a run for people: one HTML file, without network."""

from eval_sets.report.page import render

__all__ = ["render"]
