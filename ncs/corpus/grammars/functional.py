"""Functional languages."""

from collections.abc import Mapping
from dataclasses import replace

from ncs.corpus.grammars.grammar import ANY, Grammar

_ELIXIR_FUNCTIONS = frozenset(
    ("def", "defp", "defmacro", "defmacrop", "defguard", "defguardp", "defdelegate")
)
_ELIXIR_SYNTAX = """
defmodule defprotocol defimpl doc spec moduledoc typedoc type typep opaque impl if unless case
cond with for fn use import alias require raise quote unquote callback behaviour is_binary is_atom
is_list is_map is_integer is_function is_nil macrocallback
"""
_OCAML_SILENT = "raise raise_notrace failwith invalid_arg ref not ignore fst snd incr decr"
_OCAML_NAME = "[(value_name) @name (parenthesized_operator (_) @name)]"
# What has parameters, and what may turn out to be a function: a part of a call, say.
_OCAML_BODIES = """[
  (application_expression function: [(value_path) (parenthesized_expression)
    (application_expression) (method_invocation) (field_get_expression) (local_open_expression)])
  (coercion_expression) (extension) (field_get_expression)
  (if_expression) (infix_expression) (lazy_expression) (let_exception_expression) (let_expression)
  (let_module_expression) (let_open_expression) (local_open_expression) (match_expression)
  (method_invocation) (parenthesized_expression) (sequence_expression) (try_expression)
  (typed_expression) (value_path)
]"""
_OCAML_LET = f"""(value_definition [
  (let_binding pattern: {_OCAML_NAME} (parameter) body: (_) @body)
  (let_binding pattern: {_OCAML_NAME} body: (function_expression . (match_case) @body))
  (let_binding pattern: {_OCAML_NAME} body: (fun_expression body: (_) @body))
  (let_binding pattern: {_OCAML_NAME} body: {_OCAML_BODIES} @body)
] @function)"""
_OCAML_QUERY = f"""
(structure {_OCAML_LET})
[(value_specification {_OCAML_NAME}) (external {_OCAML_NAME})] @function
(type_binding name: (_) @name) @type
(exception_definition (constructor_declaration (constructor_name) @name)) @type
(module_binding (module_name) @name
  body: [(structure) (functor) (module_application) (typed_module_expression)]) @class
(module_binding (module_name) @name module_type: (_)) @class
(module_type_definition (module_type_name) @name) @class
(class_binding (class_name) @name body: (object_expression (inheritance_definition
  class: [(class_path) @base (class_application (class_path) @base)])?)?) @class
(class_type_binding (class_type_name) @name) @class
[(method_definition (method_name) @name body: (_) @body)
 (method_definition (method_name) @name !body)
 (method_specification (method_name) @name)] @method
(comment) @comment
(application_expression function: (value_path (value_name) @call))
(application_expression function: (method_invocation method: (_) @call))
"""
_OCAML = Grammar(
    "ocaml",
    f"{_OCAML_QUERY}(compilation_unit {_OCAML_LET})",
    doc_marks=ANY,
    exact=True,
    docs_below=True,
    nameless=frozenset("_"),
    silent=frozenset(_OCAML_SILENT.split()),
)

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
        clauses=b"",
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
    "erlang": Grammar(
        "erlang",
        """
        (fun_decl clause: (function_clause name: (_) @name body: (_) @body)) @function
        (record_decl name: (_) @name) @type
        [(type_alias name: (type_name name: (_) @name))
         (opaque name: (type_name name: (_) @name))] @type
        (callback fun: (_) @name) @function
        (pp_define lhs: (macro_lhs name: (_) @name args: (_))) @function
        (spec) @mark
        (wild_attribute name: (attr_name name: (atom) @word)) @mark
        (wild_attribute name: (attr_name name: (atom) @word) value: (string)) @attached
        (wild_attribute name: (attr_name name: (atom) @word) value: (string)) @comment
        (comment) @comment
        [(spec) (type_alias) (opaque) (callback) (field_type)] @silent
        (call expr: (atom) @call)
        (call expr: (remote fun: (atom) @call))
        """,
        doc_marks=ANY,
        clauses=b";",
        exact=True,
        words={
            "attached": frozenset(("doc",)),
            "comment": frozenset(("moduledoc",)),
            "mark": frozenset(("deprecated", "doc")),
        },
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
        clauses=b"",
    ),
    "ocaml": _OCAML,
    "ocaml_interface": replace(_OCAML, name="ocaml_interface", query=_OCAML_QUERY),
}
