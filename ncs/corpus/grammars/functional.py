"""Functional languages."""

from collections.abc import Mapping

from ncs.corpus.grammars.grammar import ANY, Grammar

_ELIXIR_FUNCTIONS = frozenset(
    ("def", "defp", "defmacro", "defmacrop", "defguard", "defguardp", "defdelegate")
)
_ELIXIR_SYNTAX = """
defmodule defprotocol defimpl doc spec moduledoc typedoc type typep opaque impl if unless case
cond with for fn use import alias require raise quote unquote callback behaviour is_binary is_atom
is_list is_map is_integer is_function is_nil macrocallback
"""

GRAMMARS: Mapping[str, Grammar] = {
    "elixir": Grammar(
        "elixir",
        """
        (call target: (identifier) @word (arguments . (alias) @name
          (keywords . (pair value: (alias) @of))?)) @class
        (call target: (identifier) @word (arguments . [(identifier) @name
          (call target: (identifier) @name)
          (binary_operator left: (call target: (identifier) @name))
          (binary_operator left: (identifier) @name)])) @function
        (unary_operator operand: (call target: (identifier) @word
          (arguments . (binary_operator left: [(identifier) @name
            (call target: (identifier) @name)
            (binary_operator left: (call target: (identifier) @name))])))) @method
        (unary_operator operand: (call target: (identifier) @word
          (arguments . [(string) (sigil)]))) @doc
        (unary_operator operand: (call target: (identifier) @word
          (arguments . [(string) (sigil)]))) @attached
        (unary_operator operand: (call target: (identifier) @word)) @mark
        (comment) @comment
        (call target: (identifier) @call)
        (call target: (dot right: (identifier) @call))
        """,
        doc_marks=("@doc", "@typedoc"),
        clauses=True,
        words={
            "class": frozenset(("defmodule", "defprotocol", "defimpl")),
            "function": _ELIXIR_FUNCTIONS,
            "method": frozenset(("callback", "macrocallback")),
            "doc": frozenset(("moduledoc",)),
            "attached": frozenset(("doc", "typedoc")),
            "mark": frozenset(("spec", "impl", "doc", "deprecated", "since")),
        },
        silent=_ELIXIR_FUNCTIONS | frozenset(_ELIXIR_SYNTAX.split()),
    ),
    "haskell": Grammar(
        "haskell",
        """
        (declarations (signature name: (_) @name) @function)
        (declarations (function name: (_) @name) @function)
        (declarations (function (infix operator: (_) @name)) @function)
        (declarations (bind name: (_) @name) @function)
        (declarations (pattern_synonym [(signature synonym: (_) @name)
          (equation synonym: [(constructor) (apply)] @name)]) @function)
        (class_declarations (signature name: (_) @name) @method)
        (data_type name: (_) @name) @type
        (newtype name: (_) @name) @type
        (data_constructor [(prefix name: (_) @name) (record name: (_) @name)]) @type
        (gadt_constructor name: (_) @name) @type
        (field name: (field_name (_) @name)) @method
        (type_synomym name: (_) @name) @type
        (class name: (_) @name) @class
        (instance name: (_) @name patterns: (_) @of) @class
        [(haddock) (comment)] @comment
        (apply function: (variable) @call)
        (apply function: (qualified id: (variable) @call))
        """,
        doc_marks=ANY,
        clauses=True,
    ),
}
