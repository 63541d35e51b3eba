"""Metrics over trials: each a function with its definition and where it does not apply."""

from eval_sets.metrics.metric import Kind, Metric
from eval_sets.metrics.table import METRICS, Row, metric, row, rows_by
from eval_sets.metrics.trial import Trial

__all__ = ["METRICS", "Kind", "Metric", "Row", "Trial", "metric", "row", "rows_by"]
