"""C and what came of it."""

import re
from collections.abc import Mapping

from ncs.corpus.grammars.grammar import ANY, C_BRANCHES, STATEMENTS, Grammar

# Macros that make a parser stumble over what comes behind: between `class` and the name of one
# that has a body (`class FMT_API file {`), where a line begins, alone or before a declaration
# (`FMT_BEGIN_EXPORT`), before a constructor (`FMT_CONSTEXPR file(int fd)`), and behind
# parameters (`void Lock() EXCLUSIVE_LOCK_FUNCTION() {`).
_C_MACROS = re.compile(
    rb"\b(?:class|struct|union)\s+((?:[A-Z][A-Z\d_]+\b(?:\s*\([^()]*\))?\s+)+)"
    rb"(?!final\b)[A-Za-z_][\w:]*(?:\s*<[^<>{};]*>)?(?:\s+final)?\s*(?:\{|:(?!:))"
    rb"|^([A-Z][A-Z\d]*_[A-Z\d_]+(?:\([^()\n]*\))?)"
    rb"(?=\s*?\n\s*?(?:\n|#|//|/\*)|\s+(?:class|enum|namespace|struct|template|using)\b)"
    rb"|^[ \t]+([A-Z][A-Z\d]*_[A-Z\d_]+)(?=[ \t]+(?:explicit[ \t]+)?~?[A-Za-z]\w*\()"
    rb"|^[ \t]*\{[ \t]*\r?\n[ \t]+([A-Z][A-Z\d]*_[A-Z\d_]+(?:\([^()\n]*\))?)(?=[ \t]*\r?$)"
    rb"|^(?![ \t]*(?:if|else|for|while|do|switch|case|return)\b)[^\n;{}=#]{0,400}\)"
    rb"(?:\s{1,80}(?:const|override|final|noexcept))*\s{1,80}"
    rb"([A-Z][A-Z\d]*_[A-Z\d_]+(?:\([^()]{0,400}\))?)(?=\s*[{;])",
    re.M,
)
# Macros on lines of their own or before a declaration; `typedef NS_ENUM(NSInteger, Kind) {…};`,
# which is read as `typedef NSInteger Kind;`; attributes behind a type and behind parameters.
_OBJC_MACROS = re.compile(
    rb"^([A-Z][A-Z\d]*_[A-Z\d_]+(?:\([^()\n]*\))?)"
    rb"(?=[ \t]*\r?$|(?:[ \t]+[A-Z][A-Z\d]*_[A-Z\d_]+)*[ \t]+(?:@|extern\b))"
    rb"|(?<=[A-Z\d_])[ \t]([A-Z][A-Z\d]*_[A-Z\d_]+)(?=[ \t]+@(?:interface|protocol)\b)"
    rb"|^[ \t]*typedef\s+([A-Z]\w*_(?:CLOSED_)?(?:ENUM|OPTIONS)\s{0,9}\()\s*\w+\s*(,)\s*\w+\s*(\))"
    rb"(?P<around>[^{};]{0,200}\{[^{}]{0,60000}\})"
    rb"|^[ \t]*typedef\s[^;{}()\n]{1,200}\s([A-Z][A-Z\d]*_[A-Z\d_]+)(?=\s*;)"
    rb"|^(?![ \t]*(?:if|else|for|while|do|switch|case|return)\b)[^\n;{}=#]{0,400}\)"
    rb"[ \t]{1,9}([A-Z][A-Z\d]*_[A-Z\d_]+(?:\((?:[^()]|\([^()]*\)){0,400}\))?)(?=\s*[{;])"
    rb"|(?<=[\w)])(?<!return)[ \t]([A-Z][A-Z\d]*_[A-Z\d_]+"
    rb"\((?:[^()\n]|\([^()\n]*\)){0,400}\))(?=\s*;)"
    rb"|\b(cg?_nullable|__nullable|__nonnull|_Nullable|_Nonnull)\b",
    re.M,
)
# What holds C++ in `.mm` is not understood by the grammar: remarks, what opens and ends a class,
# methods, and functions that begin a line.
_OBJC_HEADS = re.compile(
    rb"[ \t]*(?://[^\n]*|/\*[^*]*(?:\*(?!/)[^*]*){0,2000}\*/)(?=[ \t]*\r?$)"
    rb"|@(?:implementation|interface|protocol)\b[^\n;{]*(?=\r?$)|@end\b"
    rb"|[-+][ \t]*\([^;{}]{0,1500};"
    rb"|()[-+][ \t]*\([^;{}]{0,1500}\{"
    rb"|(?!(?:namespace|class|struct|enum|union|typedef|using|template|extern|return|else)\b)"
    rb"()(?:\w[\w:<>,*& \t]{0,200}[ \t*&>])\w+\([^;{}]{0,800}\)\s*\{",
    re.M,
)
_C_FUNCTION = """
(function_definition declarator: (_) @name) @function
"""
# None in the body of another: that is C++ which is not understood.
_OBJC_HEAD = """(function_definition declarator: [
  (function_declarator declarator: (_) @name)
  (pointer_declarator declarator: (function_declarator declarator: (_) @name))
]) @function"""
_OBJC_FUNCTIONS = f"""
(translation_unit {_OBJC_HEAD})
(implementation_definition {_OBJC_HEAD})
(preproc_if {_OBJC_HEAD})
(preproc_ifdef {_OBJC_HEAD})
(ERROR {_OBJC_HEAD})
"""
_C_CALLS = """
(call_expression function: (identifier) @call)
(call_expression function: (field_expression field: (field_identifier) @call))
(comment) @comment
"""

GRAMMARS: Mapping[str, Grammar] = {
    "c": Grammar(
        "c",
        f"""
        {_C_FUNCTION}{_C_CALLS}
        (struct_specifier name: (_) @name body: (_)) @type
        (union_specifier name: (_) @name body: (_)) @type
        (enum_specifier name: (_) @name body: (_)) @type
        (type_definition declarator: (_) @name) @type
        (preproc_function_def name: (_) @name) @function
        """,
        doc_marks=ANY,
        unread=_C_MACROS,
        branch_ends=C_BRANCHES,
        reserved=STATEMENTS,
    ),
    "objc": Grammar(
        "objc",
        f"""
        {_OBJC_FUNCTIONS}{_C_CALLS}
        (class_interface . "@interface" . (identifier) @name) @class
        (class_implementation . "@implementation" . (identifier) @name) @class
        (protocol_declaration . "@protocol" . (identifier) @name) @class
        (method_declaration ["-" "+"] . (method_type)? . (identifier) @name ";" @body .) @method
        (method_definition ["-" "+"] . (method_type)? . (identifier) @name
          (compound_statement) @body .) @method
        (struct_specifier name: (_) @name body: (_)) @type
        (union_specifier name: (_) @name body: (_)) @type
        (enum_specifier name: (_) @name body: (_)) @type
        (type_definition declarator: (_) @name) @type
        (preproc_function_def name: (_) @name) @function
        (message_expression receiver: (_) . method: (identifier) @call)
        """,
        bases=("parameterized_arguments", "protocol_reference_list"),
        keyed="method_parameter",
        doc_marks=ANY,
        unread=_OBJC_MACROS,
        heads=_OBJC_HEADS,
        silent=STATEMENTS,
        branch_ends=C_BRANCHES,
        reserved=STATEMENTS,
    ),
    "cpp": Grammar(
        "cpp",
        f"""
        {_C_FUNCTION}{_C_CALLS}
        (call_expression function: (qualified_identifier name: (identifier) @call))
        (call_expression function: (template_function name: (identifier) @call))
        (class_specifier name: (_) @name body: (_)) @class
        (struct_specifier name: (_) @name body: (_)) @class
        (union_specifier name: (_) @name body: (_)) @type
        (enum_specifier name: (_) @name body: (_)) @type
        (type_definition declarator: (_) @name) @type
        (alias_declaration name: (_) @name) @type
        (preproc_function_def name: (_) @name) @function
        (template_declaration) @wrap
        """,
        bases=("base_class_clause",),
        doc_marks=ANY,
        unread=_C_MACROS,
        branch_ends=C_BRANCHES,
        reserved=STATEMENTS,
    ),
}
