"""Scripting languages."""

import re
from collections.abc import Mapping

from ncs.corpus.grammars.grammar import ANY, Grammar

# The grammar is bash's, and knows little of zsh: three in four files of a zsh framework make it
# stumble, a quarter of all functions were not found.
_SHELL_HEADS = re.compile(
    rb"([ \t]*)(?:function[ \t]+[^\s(){}$\"'`]+(?:[ \t]*\([ \t]*\))?|[\w:.+@-]+[ \t]*\([ \t]*\))"
    rb"\s*\{|[ \t]*#[^\n]*"
)
_SHELL_BUILTINS = """
. : alias autoload break builtin cd command compdef compgen complete continue echo eval exec exit
false hash let popd print printf pushd read return set setopt shift shopt source test trap true
type unalias unsetopt wait
"""

GRAMMARS: Mapping[str, Grammar] = {
    "bash": Grammar(
        "bash",
        """
        (function_definition name: (_) @name) @function
        (comment) @comment
        (command name: (command_name (word) @call))
        """,
        doc_marks=ANY,
        silent=frozenset(_SHELL_BUILTINS.split()),
        heads=_SHELL_HEADS,
    ),
    "lua": Grammar(
        "lua",
        """
        (function_declaration name: (_) @name) @function
        (assignment_statement (variable_list . name: (_) @name)
          (expression_list . value: (function_definition))) @function
        (field name: (identifier) @name value: (function_definition)) @function
        (comment) @comment
        (function_call name: (identifier) @call)
        (function_call name: (dot_index_expression field: (_) @call))
        (function_call name: (method_index_expression method: (_) @call))
        """,
        doc_marks=ANY,
    ),
    "php": Grammar(
        "php",
        """
        (class_declaration name: (_) @name) @class
        (interface_declaration name: (_) @name) @class
        (trait_declaration name: (_) @name) @class
        (enum_declaration name: (_) @name) @type
        (method_declaration name: (_) @name) @method
        (function_definition name: (_) @name) @function
        (comment) @comment
        (function_call_expression function: (name) @call)
        (member_call_expression name: (name) @call)
        (scoped_call_expression name: (name) @call)
        (object_creation_expression (name) @call)
        """,
        bases=("base_clause", "class_interface_clause"),
    ),
    "python": Grammar(
        "python",
        """
        (class_definition name: (_) @name) @class
        (function_definition name: (_) @name) @function
        (decorated_definition) @wrap
        (module . (comment)* . (string) @doc)
        (_ name: (_) body: (block . (comment)* . (string) @doc))
        (comment) @comment
        (call function: (identifier) @call)
        (call function: (attribute attribute: (_) @call))
        """,
        bases=("argument_list",),
        doc_marks=(),
    ),
    "ruby": Grammar(
        "ruby",
        """
        (class name: (_) @name) @class
        (module name: (_) @name) @class
        (assignment left: [(constant) (scope_resolution)] @name
          right: (call receiver: (constant) @word)) @class
        (method name: (_) @name) @function
        (singleton_method name: (_) @name) @function
        (comment) @comment
        (call method: (identifier) @call)
        """,
        bases=("superclass",),
        doc_marks=ANY,
        words={"class": frozenset(("Class", "Data", "Module", "Struct"))},
    ),
}
