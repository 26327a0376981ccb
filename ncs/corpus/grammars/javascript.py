"""JavaScript, TypeScript, and files that hold them."""

import re
from collections.abc import Mapping
from dataclasses import replace

from ncs.corpus.grammars.grammar import STATEMENTS, Grammar

# The grammar takes a line that begins with `<T>(`, an overload in an interface, for the type
# arguments of the type that ends the line before.
_TYPESCRIPT_OVERLOADS = re.compile(
    rb"^[ \t]*([ \t])<(?=\s*$|\s*[A-Za-z_$][\w$]*\s*(?:extends\b|[=,]|>\s*\())", re.M
)
_LAMBDA = "[(arrow_function) (function_expression) (generator_function)]"
# A function given to a call has the constant's name at the top of a file only (`memo(() => …)`):
# further in, `const total = prices.reduce(…)` is a value.
_JAVASCRIPT = f"""
(class_declaration name: (_) @name) @class
(function_declaration name: (_) @name) @function
(generator_function_declaration name: (_) @name) @function
(method_definition name: (_) @name) @function
(lexical_declaration (variable_declarator name: (identifier) @name
  value: {_LAMBDA})) @function
(lexical_declaration (variable_declarator name: (identifier) @name value: (class))) @class
(variable_declaration (variable_declarator name: (identifier) @name
  value: {_LAMBDA})) @function
(assignment_expression left: [(identifier) (member_expression)] @name
  right: {_LAMBDA}) @function
(program [(lexical_declaration (variable_declarator name: (identifier) @name
    value: (call_expression arguments: (arguments {_LAMBDA})))) @function
  (export_statement (lexical_declaration (variable_declarator name: (identifier) @name
    value: (call_expression arguments: (arguments {_LAMBDA})))) @function)])
(function_expression name: (_) @name) @function
(generator_function name: (_) @name) @function
(pair key: (property_identifier) @name value: (function_expression)) @function
(pair key: (property_identifier) @name value: (arrow_function body: (statement_block))) @function
(export_statement) @wrap
(decorator) @mark
(comment) @comment
(call_expression function: (identifier) @call)
(call_expression function: (member_expression property: (_) @call))
(new_expression constructor: (identifier) @call)
"""
_TYPESCRIPT_QUERY = f"""
{_JAVASCRIPT}
(abstract_class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @type
(type_alias_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @type
(function_signature name: (_) @name) @function
(method_signature name: (_) @name) @function
(abstract_method_signature name: (_) @name) @function
(public_field_definition name: (_) @name
  value: [(arrow_function) (function_expression)]) @function
"""
_TYPESCRIPT = Grammar(
    "typescript",
    _TYPESCRIPT_QUERY,
    bases=("class_heritage", "extends_type_clause"),
    unended=_TYPESCRIPT_OVERLOADS,
    reserved=STATEMENTS,
)

GRAMMARS: Mapping[str, Grammar] = {
    "javascript": Grammar(
        "javascript",
        f"""
        {_JAVASCRIPT}
        (field_definition property: (_) @name
          value: [(arrow_function) (function_expression)]) @function
        """,
        bases=("class_heritage",),
        reserved=STATEMENTS,
    ),
    "typescript": _TYPESCRIPT,
    "tsx": replace(_TYPESCRIPT, name="tsx"),
}
