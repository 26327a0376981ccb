"""What to look for in the syntax trees: the form of an entry for one parsed language.

A query's captures, of a definition:

- `@function @method @class @type`: all of it; `@name`, and `@of`: what follows the name as a part
  of it;
- `@owner`: what it belongs to, beside what it stands in; `@absolute`: nothing but its name says
  what it belongs to;
- `@body`, where no child is called so: in it, or behind it if the body is no part of it;
- `@base`, where no child of it holds that: what the innermost class or type around inherits from;
- `@rest`: it goes on to the next such, or to the end of what it stands in;
- `@wrap`: a node around a definition that ends with it.

Beside definitions:

- `@mark`: a decorator or attribute on lines of its own;
- `@comment`; `@doc`: a string that documents what it stands in; `@attached`: one that documents
  what follows;
- `@call`: the name of what is called; `@silent`: a node in which nothing is;
- `@inside`: brackets around code that is left unparsed, to be parsed again;
- `@word`: the keyword that tells one match from another, see `Grammar.words`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Grammar:
    """How definitions, comments and calls are found in one language.

    Attributes:
        name: of the grammar in tree-sitter-language-pack.
        query: the tree-sitter query; its captures are said at the top of this module.
        bases: node types, among the children of a class, that hold what it inherits from.
        keyed: type of a parameter that stands behind a part of the definition's name, which
            then consists of all such parts, a colon behind each: `insert:at:`.
        doc_marks: what a comment that documents the next definition begins with; ("",)
            where any comment right above a definition does.
        references: names in square brackets in doc comments are links to what is called so.
        clauses: what a definition ends with where another part of it follows; b"" where any that
            stands near and has the same name is one; None where all are of one part.
        words: capture → what its `@word` has to be. (A query's own predicates read the tree's
            text, which crashes when the parser was fed by a callback.)
        silent: names in `@call` that are syntax.
        unread: the groups of it that match are not shown to the parser; of one called `around`
            the comments are.
        only: the last group of each match is all that is shown to the parser; one that is called
            `remark` is a comment instead.
        unnamed: the name of a class that is called as its file is.
        branch_ends: what a whole branch of a preprocessor conditional ends with, () where any
            line may end it; None in languages that have no such conditionals.
        unended: the blank in its group is shown to the parser as `;` where what stands before
            has come to an end.
        heads: the beginnings of lines that are read where the parser has stumbled over bodies:
            comments, and definitions up to the brace that opens their body; their indent is a
            group.
        reserved: what begins a statement, but is taken for the name of a method where the
            parser has stumbled over something before.
        statements: definitions are those of `ncs.corpus.statements`, each read by itself behind
            all the rest: the dialects of SQL are many, and what the grammar does not know of one
            would hide what stands around it.
        exact: a name is all of what `@name` captures: a dot in it is a letter like any other.
        docs_below: what documents a definition may stand below it: a comment with a blank line
            behind, and none between.
        main: the name of a `@rest` that is no definition, but ends the one before.
        nameless: what is called so has no name, and is no definition.
        letters: what is letters of a name, and nothing to the parser, which is shown others.
        pod: what documents a definition may stand anywhere in the file, see `ncs.corpus.pod`.
    """

    name: str
    query: str
    bases: tuple[str, ...] = ()
    keyed: str = ""
    doc_marks: tuple[str, ...] = ("/**", "///", "/*!", "//!")
    references: bool = False
    clauses: bytes | None = None
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    unread: re.Pattern[bytes] | None = None
    only: re.Pattern[bytes] | None = None
    unnamed: str = ""
    branch_ends: tuple[bytes, ...] | None = None
    unended: re.Pattern[bytes] | None = None
    heads: re.Pattern[bytes] | None = None
    reserved: frozenset[str] = frozenset()
    statements: bool = False
    exact: bool = False
    docs_below: bool = False
    main: str = ""
    pod: bool = False
    letters: re.Pattern[bytes] | None = None
    nameless: frozenset[str] = frozenset()


ANY = ("",)
# What a whole branch of a preprocessor conditional ends with in languages like C.
C_BRANCHES = (b";", b"}", b",", b":")
_BEGIN_STATEMENTS = """
if else for while do switch case try catch throw return const let var new function
"""
STATEMENTS = frozenset(_BEGIN_STATEMENTS.split())
