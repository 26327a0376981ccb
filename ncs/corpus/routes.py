"""What routes are called: `post documents.create`, by what registers them and by their path."""

_VERBS = "get post put patch delete del head options all any handle handlefunc"
VERBS = frozenset(_VERBS.split())


def path_of(name: str) -> str:
    """Return the path of a route by what it is called, "" where that is no route."""
    if " " not in name:  # as next to none has
        return ""
    verb, _, path = name.partition(" ")
    return path if verb.lower() in VERBS else ""
