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
    rb"|^(?![ \t]*(?:if|else|for|while|do|switch|case|return)\b)[^\n;{}=#]{0,400}\)"
    rb"(?:\s{1,80}(?:const|override|final|noexcept))*\s{1,80}"
    rb"([A-Z][A-Z\d]*_[A-Z\d_]+(?:\([^()]{0,400}\))?)(?=\s*[{;])",
    re.M,
)
_C_FUNCTION = """
(function_definition declarator: (_) @name) @function
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
