"""Languages that declare what others use: messages, contracts, tables, resources."""

from collections.abc import Mapping

from ncs.corpus.grammars.grammar import ANY, Grammar

# What ends a transaction that must not go on is a word of the language, not a part of a program.
_SOLIDITY_CHECKS = frozenset(("assert", "require", "revert"))

GRAMMARS: Mapping[str, Grammar] = {
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
}
