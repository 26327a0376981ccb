"""Compiled languages that are not like C."""

import re
from collections.abc import Mapping

from ncs.corpus.grammars.grammar import ANY, STATEMENTS, Grammar
from ncs.corpus.lexis import SILENT_LIKE_C
from ncs.corpus.routes import VERBS

# What the grammar does not expect: effects in conditions (`switch try await next() {`), and `()`
# where there is nothing to do.
_SWIFT_EFFECTS = re.compile(
    rb"(?<![\w.`])(try[?!]?|await)(?=\s+[\w.({\[\"#])|^[ \t]*(\(\))[ \t]*$",
    re.M,
)

# Dart 3.10's `.centerLeft`, short for `Alignment.centerLeft`: the dot stands where an expression
# begins. `..` and `...` begin others, and behind `?` alone it would be `?.`. Of the keyword in
# `.new()` the `w` is left.
_DART_SHORTHANDS = re.compile(
    SILENT_LIKE_C
    + rb"|(?:[:(,\[{=]|=>|\?\?|\?\s|&&|\|\||\b(?:await|case|const|else|return|yield)\b)"
    rb"(?:\s|//[^\n]*(?=\n))*(\.ne(?=w\b)|\.(?=[A-Za-z_$]))"
)

# Heads of functions and where their names stand in them; of an operator all of the head is named.
_DART_HEADS = """[
  (function_signature name: (_) @name)
  (getter_signature name: (_) @name)
  (setter_signature name: (_) @name)
  (operator_signature) @name
  (constructor_signature (identifier) @name . (formal_parameter_list))
  (constant_constructor_signature (identifier) @name . (formal_parameter_list))
  (factory_constructor_signature (identifier) @name . (formal_parameter_list))
  (redirecting_factory_constructor_signature (identifier) @name . (formal_parameter_list))
]"""

# `mux.HandleFunc("/users", func…)`, `router.GET("/users", func…)`.
_GO_ROUTED = frozenset(("HandleFunc", *map(str.upper, VERBS), *map(str.title, VERBS)))
_GO_ROUTE = """(expression_statement (call_expression
  function: (selector_expression field: (field_identifier) @name @word)
  arguments: (argument_list
    . (interpreted_string_literal . (interpreted_string_literal_content) @of .)
    (func_literal body: (_) @body) .))) @function @absolute"""

# A variable that is a function, or is made by a call of one: `withUser(func…)`.
_GO_FUNCTION = """(var_spec . name: (_) @name . type: (_)? . value: (expression_list . [
  (func_literal body: (_) @body)
  (call_expression arguments: (argument_list (func_literal body: (_) @body)))
] .))"""

GRAMMARS: Mapping[str, Grammar] = {
    "dart": Grammar(
        "dart",
        f"""
        (class_definition name: (_) @name) @class
        (class_definition (mixin_application_class . (identifier) @name)) @class
        (mixin_declaration (mixin) . (identifier) @name) @class
        (extension_declaration name: (_) @name) @class
        (extension_declaration !name class: (_) @name) @class
        (extension_type_declaration name: (_) @name) @class
        (enum_declaration name: (_) @name) @type
        (type_alias (type_identifier) @name . (type_parameters)? . "=") @type
        (type_alias (type_identifier) @name . (type_parameters)? . (formal_parameter_list)) @type
        ((method_signature {_DART_HEADS}) @method . (function_body) @body)
        ((declaration {_DART_HEADS}) @method . ";" @body)
        (program [
          (function_signature name: (_) @name)
          (getter_signature name: (_) @name)
          (setter_signature name: (_) @name)
        ] @function . (function_body) @body)
        (program "external" . [
          (function_signature name: (_) @name)
          (getter_signature name: (_) @name)
          (setter_signature name: (_) @name)
        ] @function . ";" @body)
        (local_function_declaration (lambda_expression
          parameters: (function_signature name: (_) @name))) @function
        (annotation) @mark
        [(comment) (documentation_comment)] @comment
        (_ (identifier) @call . (selector (argument_part)))
        (_ (selector [
          (unconditional_assignable_selector (identifier) @call)
          (conditional_assignable_selector (identifier) @call)
        ]) . (selector (argument_part)))
        (_ (unconditional_assignable_selector (identifier) @call)
          . (selector (argument_part)))
        (cascade_section (cascade_selector (identifier) @call) . (argument_part))
        (new_expression (type_identifier) @call)
        (const_object_expression (type_identifier) @call)
        """,
        bases=("superclass", "interfaces"),
        doc_marks=("///", "/**"),
        references=True,
        unread=_DART_SHORTHANDS,
        silent=frozenset("w"),
        nameless=frozenset("_"),
        reserved=STATEMENTS,
    ),
    "go": Grammar(
        "go",
        f"""
        (function_declaration name: (_) @name) @function
        (method_declaration receiver: (_) @owner name: (_) @name) @method
        (type_declaration . (type_spec name: (_) @name) .) @type
        (type_declaration "(" (type_spec name: (_) @name) @type)
        (type_declaration (type_alias name: (_) @name) @type)
        (source_file (var_declaration . {_GO_FUNCTION} .) @function)
        (source_file (var_declaration (var_spec_list {_GO_FUNCTION} @function)))
        {_GO_ROUTE}
        (comment) @comment
        (call_expression function: (identifier) @call)
        (call_expression function: (selector_expression field: (_) @call))
        """,
        doc_marks=ANY,
        words={"function": _GO_ROUTED},
        nameless=frozenset("_"),
    ),
    "rust": Grammar(
        "rust",
        """
        (struct_item name: (_) @name) @type
        (enum_item name: (_) @name) @type
        (union_item name: (_) @name) @type
        (type_item name: (_) @name) @type
        (trait_item name: (_) @name) @class
        (impl_item type: (_) @name) @class
        (function_item name: (_) @name) @function
        (function_signature_item name: (_) @name) @function
        (macro_definition name: (_) @name) @function
        (attribute_item) @mark
        [(line_comment) (block_comment)] @comment
        (call_expression function: [(identifier) @call (field_expression field: (_) @call)])
        (call_expression function: (scoped_identifier name: (_) @call))
        (macro_invocation macro: (identifier) @call)
        (macro_invocation (token_tree "{") @inside)
        """,
        bases=("trait_bounds",),
        doc_marks=("///", "/**"),
    ),
    "swift": Grammar(
        "swift",
        """
        (class_declaration name: (_) @name) @class
        (protocol_declaration name: (_) @name) @class
        (typealias_declaration . name: (type_identifier) @name) @type
        (typealias_declaration (modifiers) . name: (type_identifier) @name) @type
        (function_declaration name: (simple_identifier) @name) @function
        (protocol_function_declaration name: (simple_identifier) @name) @function
        (init_declaration "init" @name) @method
        (deinit_declaration "deinit" @name) @method
        (subscript_declaration "subscript" @name) @method
        (property_declaration name: (pattern bound_identifier: (_) @name)
          computed_value: (_)) @function
        (associatedtype_declaration . name: (type_identifier) @name) @type
        (associatedtype_declaration (modifiers) . name: (type_identifier) @name) @type
        [(comment) (multiline_comment)] @comment
        (call_expression . (simple_identifier) @call)
        (call_expression . (navigation_expression suffix: (navigation_suffix
          suffix: (simple_identifier) @call)))
        """,
        bases=("inheritance_specifier",),
        unread=_SWIFT_EFFECTS,
        branch_ends=(),
    ),
    "zig": Grammar(
        "zig",
        """
        (Decl (FnProto function: (_) @name)) @function
        (Decl (VarDecl variable_type_function: (_) @name
          (ErrorUnionExpr (SuffixExpr [(ContainerDecl) (ErrorSetDecl)])))) @type
        (Decl (VarDecl variable_type_function: (_) @name
          (BinaryExpr (ErrorUnionExpr (SuffixExpr (ErrorSetDecl)))))) @type
        (TestDecl (STRINGLITERALSINGLE) @name) @function
        [(doc_comment) (container_doc_comment) (line_comment)] @comment
        (SuffixExpr . variable_type_function: (IDENTIFIER) @call . (FnCallArguments))
        (FieldOrFnCall function_call: (IDENTIFIER) @call)
        """,
        doc_marks=("///",),
    ),
}
