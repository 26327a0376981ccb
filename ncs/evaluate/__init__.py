"""What can be said of an index and a model from what was written: figures, not impressions."""
