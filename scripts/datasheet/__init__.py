"""DATASHEET.md: its words from template.md, its figures from the data."""
