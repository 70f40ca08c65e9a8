"""What the line counts, as reports for people: periods, what may be shown of small counts, tables, charts and CSV."""
