"""A report for one series and week, as HTML, PDF, workbook and rows."""
