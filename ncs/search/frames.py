"""Places in code as texts have them: by path and line, and as the frames of a stack trace."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# A path with an ending, and the line behind it as compilers, editors and traces have it. It begins
# where no path goes on: a token of thousands of letters is read once.
_PLACE = re.compile(
    r"(?<![\w@+.\\/-])(?P<path>[\w@+.\\/-]*[\w@+-]\.\w{1,9})(?!\w|[./\\]\w)"
    r"(?:(?:\"?,?(?: on| at)? |:)line (?P<said>\d{1,9})| @ (?P<at>\d{1,9})(?=\])"
    r"|(?:\?[\w.&=-]{1,99})?[:(#]L?(?P<line>\d{1,9})(?!\d|\.\d)(?:(?:[:,]|-L?|C)\d{1,9})?)?"
)
# What is asked for of a file: `cart.py:price`, pytest's `test_cart.py::TestCart::test_price[2]`.
_MEMBER = re.compile(
    r"::?(?P<name>[A-Za-z_]\w*(?:(?:::|\.)\w+)*)(?:\[[^\]\n]*\])?(?:\(\))?(?![\w:/\\-])"
)
# What stands in front of a path and names the function: `at a.b.C.m(`, `at async f (file:`,
# `pkg.(*T).m (`; `in f (x=1) at `, `at N.C.M(String s) in C:`; "`f at "; `f@http:`; and
# WinDbg's `a!C::f+0x1 [`.
_BEFORE = (
    re.compile(r"(?P<new>\bnew )?(?P<name>[^\s(]\S*?)(?: \[as [^\]]*\])? ?\((?:[\w+-]+:)*$"),
    re.compile(
        r"(?P<name>[^\s()]+) ?\((?:[^()]|\([^()]*\))*\)(?: const)?(?: (?:at|in))? (?:[A-Za-z]:)?$"
    ),
    re.compile(r"(?:`|\bin )(?P<name>[\w:~$.<>]+) at (?:[A-Za-z]:)?$"),
    re.compile(r"(?P<name>[\w$.<>/*]+)@[\w-]+:(?://[\w.-]+:)?$"),
    re.compile(r"!(?P<name>[\w:~<>$]+)(?:\+0x[\da-fA-F]+)? \[(?:[A-Za-z]:)?$"),
)
# What stands behind a place and names the function: `, in f`, ":in 'C#m'", `: in function 'f'`;
# Elixir's `: Mod.fun/2`; pdb's `)f()`.
_BEHIND = (
    re.compile(
        r"[\"')\]]*[,:]? ?in (?:(?:function|method|field|local|upvalue|global) )?[`'\"‘]?"
        r"(?:(?:block|rescue|ensure)\b[^\n]{0,20}? in )?(?P<name>[^\s`'\"’(]+)"
    ),
    re.compile(r": (?:anonymous fn/\d+ in )?(?P<name>[\w.!?]+)/\d+"),
    re.compile(r"\)(?P<name>\w+)\("),
)
# PHP names what is called there: what holds the line is what the next frame calls.
_CALLED = re.compile(r"\): (?P<name>[^\s(]+)\(")
# The line above, where the place has its own: Go's `pkg.(*T).m(0x1, …)`, Rust's `3: a::b::f`.
_ABOVE = (
    re.compile(r"\s*\d+:\s+(?:0x[\da-f]+ - )?(?P<name>[\w<{].*)"),
    re.compile(
        r"(?:created by )?(?P<name>[\w.]\S*?[\w\]])(?:\((?:0x|\.\.\.|\{|\)).*)?"
        r"(?: in goroutine \d+)?"
    ),
)
# Visual Studio's and WinDbg's frames, which may name no file.
_OF_A_MODULE = re.compile(
    r"(?<![\w+.-])[\w+.-]*[\w+-]!(?P<name>[A-Za-z_~][\w:~<>$]*)(?:\([^\n]{0,400}?\))?(?: const)?"
    r"(?:[ \t]+Line[ \t]+(?P<line>\d{1,9})|\+0x[\da-fA-F]+|(?<=\))|(?=\s|$))"
)
# A numbered frame of a program that was built without its lines: `3# a::B::f() in /usr/bin/b`,
# `#3  0x5a in a::B::f (this=0x0) () from /usr/lib/b.so`, `3   b   0x10f2 a::B::f(int) + 12`,
# `  3: a::b::f`. In the line, or below it, no place is said.
_NUMBERED = re.compile(
    r"^[ \t]*#?\d{1,4}[#:]?[ \t]+(?:[\w.-]{1,99}[ \t]+)?"
    r"(?:0x[\da-fA-F]+(?:[ \t]+(?:in|-))?[ \t]+)?"
    r"(?P<name>[A-Za-z_~][\w~<>$]*(?:::[\w~<>$]+)+)(?=[ \t(]|$)"
    r"(?![^\n]*\.\w{1,9}[:(]\d)(?!.*\n[ \t]*at[ \t])",
    re.MULTILINE,
)
# Python's traces end where it happened; those of others begin there.
_LAST_LEADS = re.compile(
    r"most recent call last|\bFile \"[^\"\n]{1,300}\", line \d|\.py:\d+: in \w|\.py:\d+, in \w"
)

_ESCAPED = re.compile(r"^.*\\n(?:\\t| ).*$", re.M)  # a line of JSON with a trace in it
_ESCAPES = re.compile(r"\\(?:u(?P<code>[\da-fA-F]{4})|(?P<mark>[nrt\"'\\/]))")
_BLANKS = {"n": "\n", "r": "\r", "t": "\t"}

_OF_OTHERS = re.compile(
    r"(?:^|/)(?:node_modules|(?:site|dist)-packages|rustc/[\da-f]{8,}|\.cargo/registry|gems"
    r"|go/pkg/mod|usr/local/go/src|usr/lib(?:/python[\d.]+)?|lib/python[\d.]+)/(?P<rest>.+)"
)

_BEFORE_LETTERS, _BEHIND_LETTERS = 300, 200
_MOST_FRAMES = 100  # different ones that are read: a recursion says the same a thousand times

# What compilers make of a name: (what is written, what stood in the code).
_MADE = [
    (re.compile(made), said)
    for made, said in (
        (r"`\d+", ""),  # C#'s generics
        (r"^.*`", ""),  # the program in front of it
        (r"lambda\$(\w+?)\$\d+$", r"\1"),
        (r"\$?\$anonfun\$(\w+?)\$\d+", r".\1"),
        (r"\$(\w+)\$\d+\.(?:invoke|invokeSuspend|run|call|apply|accept)$", r".\1"),
        (r"<>c(?:__\w+)?\.", ""),
        (r"<(\w+)>[a-z]__[\w|]+(?:\.MoveNext)?$", r"\1"),
        (r"<([\w:]+)(?:<[^<>]*>)? as [^<>]*(?:<[^<>]*>)?>", r"\1"),
        (r"(?:::\{\{?[^{}]*\}?\})+", ""),
        (r"::h[\da-f]{16}$", ""),
        (r"::<[^<>]*>", ""),
        (r"\(\*?([^()]*)\)", r"\1"),
        (r"\[[^\]]*\]", ""),
        (r"(?:\.(?:func)?\d+|\.(?:gowrap|deferwrap)\d+|-fm|-range\d+)+$", ""),
    )
]
_CONSTRUCTOR = re.compile(r"(?:\.<init>|\.\.ctor)$")
_NO_NAME = re.compile(r"(?:^|[.:#>])[<{(][\w ]*[>})]*$")  # `<module>`, `C.<anonymous>`, `{main}`
_ARGUMENTS = re.compile(r"<[^<>]*>")
_SEPARATORS = re.compile(r"::|->|[.#$\\:/]")
_PIECE = re.compile(r"~?[^\W\d]\w*[!?=]?")
_PACKAGED = (".java", ".kt", ".scala", ".groovy")


class Frame(NamedTuple):
    """A place that a text names.

    Attributes:
        path: of the file; "" where the function alone is named.
        line: 1-based, 0 for none.
        name: of the function that the line is said to be in, its owners first; () for none. That
            of a constructor ends with its class twice.
        folder: that the file must lie in, as the package in front of the name says it; "".
        alone: whether it is all of the text.
        below: its path from below a folder of what others wrote on, "" where it lies in none:
            there it may end like a path of the index by chance.
    """

    path: str
    line: int = 0
    name: tuple[str, ...] = ()
    folder: str = ""
    alone: bool = False
    below: str = ""

    @property
    def constructs(self) -> bool:
        """Whether its function is a constructor."""
        return len(self.name) > 1 and self.name[-1] == self.name[-2]


def frames(text: str) -> list[Frame]:
    """Return the places of a text, that where it happened first: of a trace the innermost."""
    text = _ESCAPED.sub(lambda line: _ESCAPES.sub(_unescaped, line[0]), text)
    found = [*_places(text), *_of_modules(text)]
    ordered = [frame for _, frame in sorted(found, key=lambda each: each[0])]
    if _LAST_LEADS.search(text):
        ordered.reverse()
    # What is said of an error in front of its frames has the place of one of them, and no name.
    called = {(each.path, each.line): each for each in reversed(ordered) if each.name}
    ordered = [each if each.name else called.get(each[:2], each) for each in ordered]
    return list(dict.fromkeys(ordered))[:_MOST_FRAMES]


def _unescaped(said: re.Match[str]) -> str:
    return chr(int(said["code"], 16)) if said["code"] else _BLANKS.get(said["mark"], said["mark"])


def place_asked(text: str) -> Frame | None:
    """Return the place that is all of a text: a path with a line, or in a folder; else None."""
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        return None
    place = Frame(_path(found), _line(found), alone=True)
    return place if place.line or "/" in place.path else None


def _path(found: re.Match[str]) -> str:
    return found["path"].replace("\\", "/").removeprefix("./").lstrip("/")


def _line(found: re.Match[str]) -> int:
    return int(found["said"] or found["at"] or found["line"] or 0)


def _places(text: str) -> Iterator[tuple[int, Frame]]:
    """Yield the places with a path, and where each stands."""
    found = [*_PLACE.finditer(text)]
    whole, after, taken = text.strip(), 0, 0
    calls = iter([_called(text, each) for each in found if _line(each)][1:])
    for each in found:
        if each.start() < taken:  # `C.f` of `cart.py:C.f`
            continue
        raw, path, line, end = "", _path(each), _line(each), each.end()
        if line:
            raw = next(calls, "") or _named(text, each, after)
            after = end
        elif member := _MEMBER.match(text, end, end + _BEHIND_LETTERS):
            raw, end = member["name"], member.end()
            taken = end
        folder = _folder(raw) if path.endswith(_PACKAGED) and "/" not in path else ""
        others = _OF_OTHERS.search(path)
        below = others["rest"] if others else ""
        alone = text[each.start() : end] == whole
        yield each.start(), Frame(path, line, pieces(raw), folder, alone, below)


def _called(text: str, found: re.Match[str]) -> str:
    called = _CALLED.match(text, found.end(), found.end() + _BEHIND_LETTERS)
    return called["name"] if called else ""


def _named(text: str, found: re.Match[str], after: int) -> str:
    """Return the name of the function that a place is said to be in, as it stands; "" for none."""
    start, end = found.span()
    low = max(after, start - _BEFORE_LETTERS)
    begins = text.rfind("\n", low, start) + 1
    before, behind = text[begins or low : start], text[end : end + _BEHIND_LETTERS]
    for pattern in _BEFORE:
        if said := pattern.search(before):
            return f"{said['name']}.constructor" if said.groupdict().get("new") else said["name"]
    for pattern in _BEHIND:
        if said := pattern.match(behind):
            return said["name"]
    if not begins or before.strip() not in ("", "at"):
        return ""
    above = text[max(after, begins - 1 - _BEFORE_LETTERS) : begins - 1].rpartition("\n")[2]
    above = above.rpartition('"')[2].strip()  # in JSON the first frame is on a line with all else
    return next((said["name"] for each in _ABOVE if (said := each.fullmatch(above))), "")


def _of_modules(text: str) -> Iterator[tuple[int, Frame]]:
    """Yield the frames that name a function in a program, and no file."""
    for found in _OF_A_MODULE.finditer(text) if "!" in text else ():
        name = found["name"]
        tells = found["line"] or "::" in name or "+0x" in found[0]
        if tells and not text.startswith(" [", found.end()):  # else its file is named
            yield found.start(), Frame("", int(found["line"] or 0), pieces(name))
    for found in _NUMBERED.finditer(text) if "::" in text else ():
        yield found.start(), Frame("", 0, pieces(found["name"]))


def pieces(raw: str) -> tuple[str, ...]:
    """Return a function's name of a trace as the code has it, its owners first; () for none.

    `app//a.b.C.lambda$run$0` is `run` of `C` of `a.b`; what has no name has none here.
    """
    if not raw:
        return ()
    constructs = _CONSTRUCTOR.search(raw) is not None
    said = _CONSTRUCTOR.sub("", raw).rpartition("/")[2]
    for made, stood in _MADE:
        said = made.sub(stood, said)
    if _NO_NAME.search(said):
        return ()
    for _ in range(3):
        said = _ARGUMENTS.sub("", said)
    held = [each for each in _SEPARATORS.split(said) if each and not each.isdigit()]
    if not held or _PIECE.fullmatch(held[-1]) is None:
        return ()
    named = tuple(each for each in held if _PIECE.fullmatch(each))
    return (*named, named[-1]) if constructs else named


def _folder(raw: str) -> str:
    """Return the folder of the package in front of a class: `a/b` for `app//a.b.C.m`."""
    *owners, _ = raw.rpartition("/")[2].split(".") or [""]
    package: list[str] = []
    for each in owners:
        if not each or not each[0].islower():
            return "/".join(package)
        package.append(each)
    return ""
