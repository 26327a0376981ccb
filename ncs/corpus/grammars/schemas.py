"""Languages that declare what others use: messages, contracts, tables, resources."""

import re
from collections.abc import Mapping

from ncs.corpus.grammars.grammar import ANY, Grammar
from ncs.corpus.statements import RUN_BY_MYSQL

# What ends a transaction that must not go on is a word of the language, not a part of a program.
_SOLIDITY_CHECKS = frozenset(("assert", "require", "revert"))

_ROOTS = frozenset(("Mutation", "Query", "Subscription"))
_DESCRIBED = (
    "directive_definition", "enum_type_definition", "input_object_type_definition",
    "interface_type_definition", "object_type_definition", "scalar_type_definition",
    "union_type_definition",
)  # fmt: skip
_FIELDS = "(fields_definition (field_definition"

# What PostgreSQL puts an extension's schema in place of, and what is around what MySQL runs.
_SQL_UNREAD = re.compile(rb"(@)(?=extschema@)|(?<=@extschema)(@)|" + RUN_BY_MYSQL, re.S)
# Parts of statements that look like calls, and types with a size.
_SQL_WORDS = """
char convert cast decimal exists if in nvarchar numeric option over top values varchar
"""

GRAMMARS: Mapping[str, Grammar] = {
    "graphql": Grammar(
        "graphql",
        f"""
        (object_type_definition (name) @name) @class
        (object_type_extension (name) @name) @class
        (interface_type_definition (name) @name) @class
        (interface_type_extension (name) @name) @class
        (input_object_type_definition (name) @name) @type
        (input_object_type_extension (name) @name) @type
        (enum_type_definition (name) @name) @type
        (enum_type_extension (name) @name) @type
        (union_type_definition (name) @name) @type
        (union_type_extension (name) @name) @type
        (scalar_type_definition (name) @name) @type
        (directive_definition (name) @name) @function
        (object_type_definition (name) @word {_FIELDS} (name) @name) @method))
        (object_type_extension (name) @word {_FIELDS} (name) @name) @method))
        (operation_definition (name) @name) @function
        (fragment_definition (fragment_name) @name) @type
        {"".join(f"({each} . (description) @doc)" for each in _DESCRIBED)}
        (object_type_definition (name) @word {_FIELDS} . (description) @doc)))
        (object_type_extension (name) @word {_FIELDS} . (description) @doc)))
        [(comment) (description)] @comment
        (operation_definition (selection_set (selection (field (name) @call))))
        (fragment_spread (fragment_name) @call)
        """,
        bases=("implements_interfaces",),
        doc_marks=("#",),
        words={"method": _ROOTS, "doc": _ROOTS},
    ),
    "proto": Grammar(
        "proto",
        """
        (message (message_name) @name) @type
        (enum (enum_name) @name) @type
        (service (service_name) @name) @class
        (rpc (rpc_name) @name) @method
        (comment) @comment
        """,
        doc_marks=ANY,
    ),
    "solidity": Grammar(
        "solidity",
        """
        (contract_declaration name: (_) @name) @class
        (interface_declaration name: (_) @name) @class
        (library_declaration name: (_) @name) @class
        (struct_declaration name: (_) @name) @type
        (enum_declaration name: (_) @name) @type
        (user_defined_type_definition name: (_) @name) @type
        (event_definition name: (_) @name) @type
        (error_declaration name: (_) @name) @type
        (function_definition name: (_) @name) @function
        (modifier_definition name: (_) @name) @method
        (constructor_definition "constructor" @name) @method
        (fallback_receive_definition ["fallback" "receive"] @name) @method
        (comment) @comment
        (modifier_invocation (identifier) @call)
        (call_expression function: (expression [(identifier) @call
          (member_expression property: (_) @call)
          (struct_expression type: (expression [(identifier) @call
            (member_expression property: (_) @call)]))]))
        (new_expression name: (type_name (user_defined_type (identifier) @call .)))
        (emit_statement name: (expression [(identifier) @call
          (member_expression property: (_) @call)]))
        (revert_statement error: (expression [(identifier) @call
          (member_expression property: (_) @call)]))
        """,
        bases=("inheritance_specifier",),
        silent=_SOLIDITY_CHECKS,
    ),
    "sql": Grammar(
        "sql",
        """
        [(comment) (marginalia)] @comment
        (invocation (object_reference name: (_) @call))
        """,
        doc_marks=ANY,
        silent=frozenset((*_SQL_WORDS.split(), *_SQL_WORDS.upper().split())),
        unread=_SQL_UNREAD,
        statements=True,
        exact=True,
    ),
    "terraform": Grammar(
        "hcl",
        """
        (config_file (body (block . (identifier) @owner . (string_lit (template_literal) @name)
          . (block_start)) @type))
        (config_file (body (block . (identifier) . (string_lit (template_literal) @owner)
          . (string_lit (template_literal) @name) . (block_start)) @type))
        (config_file (body (block (body (attribute (identifier) @word
          (expression [(literal_value (string_lit (template_literal) @doc))
            (template_expr (heredoc_template . (heredoc_start) . (heredoc_identifier)
              . (template_literal) @doc))]))))))
        (comment) @comment
        (function_call (identifier) @call)
        """,
        doc_marks=ANY,
        words={"doc": frozenset(("description",))},
    ),
}
