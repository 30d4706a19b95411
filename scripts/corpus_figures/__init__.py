"""The figures of docs/figures, drawn from what is committed of the corpus."""
