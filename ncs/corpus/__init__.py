"""Reads a codebase: files → chunks → targets. `reading` does all of it.

Nothing is imported here: a query that meets a changed file decodes it, and the parsers take
longer to load than the query.
"""
