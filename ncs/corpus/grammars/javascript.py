"""JavaScript, TypeScript, and files that hold them."""

import re
from collections.abc import Mapping
from dataclasses import replace

from ncs.corpus.grammars.grammar import STATEMENTS, Grammar
from ncs.corpus.routes import VERBS

# The grammar takes a line that begins with `<T>(`, an overload in an interface, for the type
# arguments of the type that ends the line before.
_TYPESCRIPT_OVERLOADS = re.compile(
    rb"^[ \t]*([ \t])<(?=\s*$|\s*[A-Za-z_$][\w$]*\s*(?:extends\b|[=,]|>\s*\())", re.M
)
# The scripts of a component, and the remarks on its markup that are no markup put aside. What
# never ends goes on to the end of the file, so that nothing is looked over twice.
_SCRIPTS = (
    rb"(?P<remark><!--(?!-*\s*<).*?(?:-->|\Z))|<!--.*?(?:-->|\Z)"
    rb"|<script(?=[\s>])(?:[^>\"']+|\"[^\"]*\"|'[^']*')*"
    rb"(?:(?<!/)>(.*?)(?:</script\b|(?=\n[ \t]*<script\b)|\Z))?"
)
_FRONT_MATTER = rb"\A(?:\xef\xbb\xbf)?\s*---(.*?)(?:\n[ \t]*---|\Z)"
_LAMBDA = "[(arrow_function) (function_expression) (generator_function)]"
_EVERYWHERE = f"""
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


def _made_by(function: str) -> str:
    """Return a query for constants at the top of a file that a call makes of a function."""
    constant = f"""
    (lexical_declaration (variable_declarator name: (identifier) @name
      value: (call_expression {function} arguments: (arguments {_LAMBDA})))) @function
    """
    return f"(program [{constant} (export_statement {constant})])"


# A function given to a call has the constant's name at the top of a file only (`memo(() => …)`):
# further in, `const total = prices.reduce(…)` is a value. In a component all is further in, and a
# constant is a function if it is made anew (`computed(() => …)`, `$derived.by(() => …)`).
_AT_TOP = _made_by("")
_MADE_ANEW = _made_by("function: (identifier)") + _made_by(
    "function: (member_expression property: (property_identifier) @word)"
)
# A route is named by its path. Where one is registered inside of what is given to a call, as tests
# do it, that is what it is read for.
_HANDLER = "[(arrow_function body: (_) @body) (function_expression body: (_) @body)]"
_ROUTE = f"""(expression_statement (call_expression
  function: (member_expression property: (property_identifier) @name @word)
  arguments: (arguments . (string . (string_fragment) @of .) {_HANDLER} .))) @function @absolute"""
_REGISTERING = f"""[
  (arrow_function body: (statement_block {_ROUTE}))
  (function_expression body: (statement_block {_ROUTE}))
]"""
_ROUTES = f"""
(program {_ROUTE})
(function_declaration body: (statement_block {_ROUTE}))
(method_definition body: (statement_block {_ROUTE}))
(variable_declarator value: {_REGISTERING})
(assignment_expression right: {_REGISTERING})
(export_statement value: {_REGISTERING})
"""
_TYPES = """
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
    _EVERYWHERE + _AT_TOP + _ROUTES + _TYPES,
    bases=("class_heritage", "extends_type_clause"),
    unended=_TYPESCRIPT_OVERLOADS,
    words={"function": VERBS},
    reserved=STATEMENTS,
)
# What a compiler takes for its own: Svelte's runes, Vue's macros.
_OWN_WORDS = """
$state $derived $effect $props $bindable $inspect $host
defineProps defineEmits defineExpose defineModel defineOptions defineSlots withDefaults
"""
_SCRIPT = replace(
    _TYPESCRIPT,
    query=_EVERYWHERE + _MADE_ANEW + _TYPES,
    words={"function": frozenset({"by"})},
    silent=frozenset(_OWN_WORDS.split()),
    only=re.compile(_SCRIPTS, re.S),
)
_COMPONENT = """
(export_statement "default" @name value: [
  (object)
  (call_expression arguments: (arguments . (object)))
  (as_expression (object))
  (satisfies_expression (object))
]) @class
"""

GRAMMARS: Mapping[str, Grammar] = {
    "javascript": Grammar(
        "javascript",
        f"""
        {_EVERYWHERE}
        {_AT_TOP}
        {_ROUTES}
        (field_definition property: (_) @name
          value: [(arrow_function) (function_expression)]) @function
        """,
        bases=("class_heritage",),
        words={"function": VERBS},
        reserved=STATEMENTS,
    ),
    "typescript": _TYPESCRIPT,
    "tsx": replace(_TYPESCRIPT, name="tsx"),
    "svelte": _SCRIPT,
    "vue": replace(_SCRIPT, query=_SCRIPT.query + _COMPONENT, unnamed="default"),
    "astro": replace(_SCRIPT, name="tsx", only=re.compile(_FRONT_MATTER + b"|" + _SCRIPTS, re.S)),
}
