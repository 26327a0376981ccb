"""Languages of managed runtimes: classes in files of their own."""

import re
from collections.abc import Mapping

from ncs.corpus.grammars.grammar import C_BRANCHES, STATEMENTS, Grammar

# The grammar takes the body behind `by delegate {` for what the delegate is called with, and a
# constructor on a line of its own for a call.
_KOTLIN_HEADS = re.compile(
    rb"\b(?:object\s{0,80}|class\s+\w{1,200}(?:<[^{}()]{0,400}>)?"
    rb"(?:[\s\w@]{0,200}\((?:[^()]|\([^()]{0,400}\)){0,4000}\))?\s{0,80}):"
    rb"(?:(?!\b(?:val|var|fun|by|class|object)\b)[^{}=;:]){0,400}"
    rb"\b(by\s+[\w.]{1,200}(?:\([^()]{0,400}\))?)(?=\s{0,80}\{)"
    rb"|\bclass\s+\w{1,200}(?:<[^{}()]{0,400}>)?[ \t]{0,80}\r?\n"
    rb"(?:\s|//[^\n]{0,400}\n|/\*(?:[^*]|\*(?!/)){0,1500}\*/){0,100}"
    rb"((?:(?:@[\w.]{1,200}(?:\([^()]{0,400}\))?|internal|private|protected|public)\s+){0,8}"
    rb"constructor)(?=\s{0,80}\()"
)

GRAMMARS: Mapping[str, Grammar] = {
    "csharp": Grammar(
        "csharp",
        """
        (class_declaration name: (_) @name) @class
        (interface_declaration name: (_) @name) @class
        (struct_declaration name: (_) @name) @class
        (record_declaration name: (_) @name) @class
        (enum_declaration name: (_) @name) @type
        (delegate_declaration name: (_) @name) @type
        [(method_declaration name: (_) @name) (constructor_declaration name: (_) @name)] @method
        (local_function_statement name: (_) @name) @function
        (property_declaration name: (_) @name accessors: (accessor_list
          (accessor_declaration body: (_)))) @method
        (property_declaration name: (_) @name value: (arrow_expression_clause)) @method
        (indexer_declaration "this" @name) @method
        (comment) @comment
        (invocation_expression function: (identifier) @call)
        (invocation_expression function: (generic_name (identifier) @call))
        (invocation_expression function: (member_access_expression name: (identifier) @call))
        (invocation_expression function: (member_access_expression
          name: (generic_name (identifier) @call)))
        (object_creation_expression type: (identifier) @call)
        """,
        bases=("base_list",),
        branch_ends=C_BRANCHES,
        reserved=STATEMENTS,
    ),
    "java": Grammar(
        "java",
        """
        (class_declaration name: (_) @name) @class
        (interface_declaration name: (_) @name) @class
        (record_declaration name: (_) @name) @class
        (enum_declaration name: (_) @name) @type
        (annotation_type_declaration name: (_) @name) @type
        [(method_declaration name: (_) @name) (constructor_declaration name: (_) @name)] @method
        [(line_comment) (block_comment)] @comment
        (method_invocation name: (_) @call)
        (object_creation_expression type: (type_identifier) @call)
        """,
        bases=("superclass", "super_interfaces", "extends_interfaces"),
        reserved=STATEMENTS,
    ),
    "kotlin": Grammar(
        "kotlin",
        """
        (class_declaration (type_identifier) @name) @class
        (object_declaration (type_identifier) @name) @class
        (type_alias . (type_identifier) @name) @type
        (type_alias (modifiers) . (type_identifier) @name) @type
        (function_declaration (simple_identifier) @name) @function
        (property_declaration (variable_declaration (simple_identifier) @name)
          [(getter) (setter)]) @function
        ((property_declaration (variable_declaration (simple_identifier) @name)) @function
          . [(getter) (setter)])
        [(line_comment) (multiline_comment)] @comment
        (call_expression . (simple_identifier) @call)
        (call_expression . (navigation_expression (navigation_suffix (simple_identifier) @call) .))
        """,
        bases=("delegation_specifier",),
        unread=_KOTLIN_HEADS,
    ),
    "scala": Grammar(
        "scala",
        """
        (class_definition name: (_) @name) @class
        (trait_definition name: (_) @name) @class
        (object_definition name: (_) @name) @class
        (package_object name: (_) @name) @class
        (given_definition name: (_) @name) @function
        (enum_definition name: (_) @name) @type
        (type_definition name: (_) @name) @type
        (function_definition name: (_) @name) @function
        (function_declaration name: (_) @name) @function
        [(comment) (block_comment)] @comment
        (call_expression function: [(identifier) @call (field_expression field: (_) @call)])
        """,
        bases=("extends_clause",),
    ),
}
