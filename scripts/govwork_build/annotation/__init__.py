"""Annotation: tasks for Label Studio, and what is made of the annotations that come back."""
