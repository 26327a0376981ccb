"""Languages of statistics and numerics."""

import re
from collections.abc import Mapping

from ncs.corpus.grammars.grammar import ANY, Grammar

_R_ASSIGNED = '["<-" "<<-" "=" ":="]'
_R_CLASSES = frozenset(("R6Class", "ggproto", "new_class", "setClass", "setRefClass"))
_R_SYNTAX = """
c list return library require requireNamespace invisible missing function quote on.exit UseMethod
NextMethod standardGeneric setMethod setGeneric setClass setRefClass setValidity R6Class ggproto
new_class stop warning is.null is.na names paste paste0 cat nrow ncol seq_along seq_len vapply
lapply sapply test_that switch typeof identical isTRUE attr all any inherits stopifnot .Call
"""
_JULIA_QUOTED = """(quote_expression [(operator) @name (identifier) @name
  (parenthesized_expression (_) @name)])"""
_JULIA_CALLED = f"""[
  [(identifier) (operator) (interpolation_expression)] @name
  (parametrized_type_expression . (_) @name)
  {_JULIA_QUOTED}
  (field_expression value: (_) @owner [(identifier) (interpolation_expression)] @name .)
  (field_expression value: (_) @owner {_JULIA_QUOTED})
  (parenthesized_expression (typed_expression (_) [(identifier) @name
    (parametrized_type_expression . (_) @name)]))
  (parenthesized_expression (unary_typed_expression [(identifier) @name
    (parametrized_type_expression . (_) @name)]))
]"""
_JULIA_CALL = f"(call_expression . {_JULIA_CALLED})"
# A head may say what is returned, and where its types come from: `f(x)::T where T`.
_JULIA_HEAD = f"""[
  {_JULIA_CALL}
  (typed_expression . {_JULIA_CALL})
  (where_expression . {_JULIA_CALL})
  (where_expression . (typed_expression . {_JULIA_CALL}))
  (where_expression . (where_expression . {_JULIA_CALL}))
]"""
# The head of a definition is a call to the grammar.
_JULIA_SILENT = _JULIA_HEAD.replace(_JULIA_CALL, "(call_expression . (_) @silent)")
_JULIA_TYPE = """[
  (identifier) @name
  (parametrized_type_expression . (_) @name)
  (binary_expression . [(identifier) @name (parametrized_type_expression . (_) @name)]
    (operator) . [(identifier) @base (field_expression) @base
      (parametrized_type_expression . (_) @base)])
]"""
# Pictures are letters of names in Julia; and in an index `begin` opens no block.
_JULIA_LETTERS = re.compile(
    rb"(?:\xf0\x9f[\x80-\xbf]{2}|\xe2(?:\x8c[\x9a\x9b]|[\x98-\x9d][\x80-\xbf]))+"
)
_JULIA_BEGINS = re.compile(rb"(?<=[\[,: ])(b)(?=egin(?:[-+:][\w(]|\]))")
_JULIA_SYNTAX = "new esc error throw typeof eltype isa convert"

GRAMMARS: Mapping[str, Grammar] = {
    "julia": Grammar(
        "julia",
        f"""
        (module_definition name: (_) @name) @class
        (function_definition (signature {_JULIA_HEAD}) . (block)? @body) @function
        (function_definition (signature (identifier) @name)) @function
        (assignment . {_JULIA_HEAD} (operator) . (_) @body) @function
        (assignment . (identifier) @name (operator) . (function_definition)) @function
        (const_statement (assignment . (identifier) @name (operator)
          . (arrow_function_expression))) @function
        (const_statement (assignment . (identifier) @name (operator)
          . (parametrized_type_expression))) @type
        (macro_definition (signature (call_expression . (_) @name))) @function
        [(struct_definition (type_head {_JULIA_TYPE}))
         (abstract_definition (type_head {_JULIA_TYPE}))
         (primitive_definition (type_head {_JULIA_TYPE}))] @type
        (macrocall_expression) @wrap
        (const_statement) @wrap
        (source_file (string_literal) @attached)
        (block (string_literal) @attached)
        (macrocall_expression (macro_identifier (identifier) @word)
          (macro_argument_list . [(string_literal) (prefixed_string_literal)] .)) @attached
        (function_definition (signature {_JULIA_SILENT}))
        (macro_definition (signature {_JULIA_SILENT}))
        (assignment . {_JULIA_SILENT})
        [(line_comment) (block_comment)] @comment
        (source_file (prefixed_string_literal prefix: (identifier) @word) @comment)
        (call_expression . (identifier) @call)
        (call_expression . (field_expression (identifier) @call .))
        (call_expression . (parametrized_type_expression . (identifier) @call))
        (broadcast_call_expression . (identifier) @call)
        """,
        doc_marks=ANY,
        words={"attached": frozenset(("doc",)), "comment": frozenset(("md",))},
        unread=_JULIA_BEGINS,
        letters=_JULIA_LETTERS,
        exact=True,
        silent=frozenset(_JULIA_SYNTAX.split()),
    ),
    "r": Grammar(
        "r",
        f"""
        (binary_operator lhs: [(identifier) @name (string (string_content) @name)
            (extract_operator lhs: (_) @owner rhs: (_) @name)]
          operator: {_R_ASSIGNED} rhs: (function_definition body: (_) @body)) @function
        (program (binary_operator lhs: (identifier) @name operator: {_R_ASSIGNED}
          rhs: (call arguments: (arguments
            . (argument value: (function_definition body: (_) @body))))) @function)
        (binary_operator lhs: (identifier) @name operator: {_R_ASSIGNED}
          rhs: (call function: [(identifier) @word
            (namespace_operator rhs: (identifier) @word)])) @class
        (call function: [(identifier) @word (namespace_operator rhs: (identifier) @word)]
          arguments: (arguments . (argument value: (string (string_content) @name)))) @class
        (call function: [(identifier) @word (namespace_operator rhs: (identifier) @word)]
          arguments: (arguments (argument name: (identifier) value: (call function: (identifier)
            arguments: (arguments (argument name: (_) @name
              value: (function_definition body: (_) @body)) @method)))))
        (call function: [(identifier) @word (namespace_operator rhs: (identifier) @word)]
          arguments: (arguments (argument name: (_) @name
            value: (function_definition body: (_) @body)) @method))
        (call function: [(identifier) @word (namespace_operator rhs: (identifier) @word)]
          arguments: (arguments . (argument value: (string (string_content) @name))
            . (comma) . (argument value: [(string (string_content) @owner)
              (call arguments: (arguments . (argument value:
                (string (string_content) @owner))))])
            (argument value: (function_definition body: (_) @body)))) @method
        (call function: (identifier) @word
          arguments: (arguments . (argument value: (string (string_content) @name))
            (argument value: (function_definition body: (_) @body)))) @function
        (comment) @comment
        (call function: [(identifier) @call
          (namespace_operator rhs: (identifier) @call)
          (extract_operator rhs: (identifier) @call)])
        """,
        doc_marks=ANY,
        words={
            "class": _R_CLASSES,
            "method": frozenset(("R6Class", "setRefClass", "ggproto", "setMethod")),
            "function": frozenset(("setGeneric",)),
        },
        exact=True,
        silent=frozenset(_R_SYNTAX.split()),
    ),
}
