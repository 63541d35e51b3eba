"""Golden cases to and from Excel workbooks, for people who write questions in a spreadsheet."""

from eval_sets.spreadsheets.workbook import read_workbook, write_workbook

__all__ = ["read_workbook", "write_workbook"]
