"""Languages that have something in common, by their names in `languages`.

Apart from the table, which takes a query longer to load than the query can use.
"""

TEXT, MARKDOWN = "text", "markdown"
PROSE = frozenset({MARKDOWN, "rst", TEXT})
COMPONENTS = frozenset({"astro", "svelte", "vue"})  # scripts, markup and styles in blocks
# What looks like a comment on a value is none.
VALUELESS = PROSE | COMPONENTS | {"asciidoc", "csv", "html", "xml"}
DATA = frozenset({"csv", "html", "ini", "json", "toml", "xml", "yaml"})  # of tables and mark-up
DIRECTIVES = frozenset({"c", "cpp", "csharp", "glsl", "objc", "swift"})  # `#` is no comment
