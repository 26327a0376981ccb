"""What to look for in the syntax trees: one declarative entry for each parsed language.

A query's captures are `@function @method @class @type` (a whole definition), `@name`, `@of`
(what follows the name as a part of it) and `@owner` of that definition, `@wrap` (a node around
a definition that ends with it), `@mark` (decorator or attribute on lines of its own),
`@comment`, `@doc` (a string that documents what it stands in), `@attached` (one that documents
what follows), `@inside` (brackets around code that is left unparsed, to be parsed again),
`@call` (the name of what is called) and `@word` (the keyword that tells one
macro from another).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from tree_sitter import Language, Parser, Query
from tree_sitter_language_pack import get_language


@dataclass(frozen=True, slots=True)
class Grammar:
    """How definitions, comments and calls are found in one language.

    Attributes:
        name: of the grammar in tree-sitter-language-pack.
        query: the tree-sitter query; its captures are said at the top of this module.
        bases: node types, among the children of a class, that hold what it inherits from.
        doc_marks: what a comment that documents the next definition begins with; ("",)
            where any comment right above a definition does.
        clauses: a definition may be written in several parts, one after the other.
        words: capture → what its `@word` has to be. (A query's own predicates read the tree's
            text, which crashes when the parser was fed by a callback.)
        silent: names in `@call` that are syntax.
        unread: the group of it that matches is not shown to the parser.
        branch_ends: what a whole branch of a preprocessor conditional ends with, () where any
            line may end it; None in languages that have no such conditionals.
        unended: the blank in its group is shown to the parser as `;` where what stands before
            has come to an end.
        heads: the beginnings of lines that are read where the parser has stumbled over bodies:
            comments, and definitions up to the brace that opens their body; their indent is a
            group.
        reserved: what begins a statement, but is taken for the name of a method where the
            parser has stumbled over something before.
    """

    name: str
    query: str
    bases: tuple[str, ...] = ()
    doc_marks: tuple[str, ...] = ("/**", "///", "/*!", "//!")
    clauses: bool = False
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    unread: re.Pattern[bytes] | None = None
    branch_ends: tuple[bytes, ...] | None = None
    unended: re.Pattern[bytes] | None = None
    heads: re.Pattern[bytes] | None = None
    reserved: frozenset[str] = frozenset()


_ANY = ("",)
_ELIXIR_FUNCTIONS = frozenset(
    ("def", "defp", "defmacro", "defmacrop", "defguard", "defguardp", "defdelegate")
)
_ELIXIR_SYNTAX = """
defmodule defprotocol defimpl doc spec moduledoc typedoc type typep opaque impl if unless case
cond with for fn use import alias require raise quote unquote callback behaviour is_binary is_atom
is_list is_map is_integer is_function is_nil macrocallback
"""

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
_C_BRANCHES = (b";", b"}", b",", b":")
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
# What the grammar does not expect: effects in conditions (`switch try await next() {`), and `()`
# where there is nothing to do.
_SWIFT_EFFECTS = re.compile(
    rb"(?<![\w.`])(try[?!]?|await)(?=\s+[\w.({\[\"#])|^[ \t]*(\(\))[ \t]*$",
    re.M,
)
# The grammar takes a line that begins with `<T>(`, an overload in an interface, for the type
# arguments of the type that ends the line before.
_TYPESCRIPT_OVERLOADS = re.compile(
    rb"^[ \t]*([ \t])<(?=\s*$|\s*[A-Za-z_$][\w$]*\s*(?:extends\b|[=,]|>\s*\())", re.M
)
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
_BEGIN_STATEMENTS = """
if else for while do switch case try catch throw return const let var new function
"""
_STATEMENTS = frozenset(_BEGIN_STATEMENTS.split())
_C_FUNCTION = """
(function_definition declarator: (_) @name) @function
"""
_C_CALLS = """
(call_expression function: (identifier) @call)
(call_expression function: (field_expression field: (field_identifier) @call))
(comment) @comment
"""
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
    reserved=_STATEMENTS,
)

GRAMMARS: Mapping[str, Grammar] = {
    "bash": Grammar(
        "bash",
        """
        (function_definition name: (_) @name) @function
        (comment) @comment
        (command name: (command_name (word) @call))
        """,
        doc_marks=_ANY,
        silent=frozenset(_SHELL_BUILTINS.split()),
        heads=_SHELL_HEADS,
    ),
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
        doc_marks=_ANY,
        unread=_C_MACROS,
        branch_ends=_C_BRANCHES,
        reserved=_STATEMENTS,
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
        doc_marks=_ANY,
        unread=_C_MACROS,
        branch_ends=_C_BRANCHES,
        reserved=_STATEMENTS,
    ),
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
        branch_ends=_C_BRANCHES,
        reserved=_STATEMENTS,
    ),
    "elixir": Grammar(
        "elixir",
        """
        (call target: (identifier) @word (arguments . (alias) @name
          (keywords . (pair value: (alias) @of))?)) @class
        (call target: (identifier) @word (arguments . [(identifier) @name
          (call target: (identifier) @name)
          (binary_operator left: (call target: (identifier) @name))
          (binary_operator left: (identifier) @name)])) @function
        (unary_operator operand: (call target: (identifier) @word
          (arguments . (binary_operator left: [(identifier) @name
            (call target: (identifier) @name)
            (binary_operator left: (call target: (identifier) @name))])))) @method
        (unary_operator operand: (call target: (identifier) @word
          (arguments . [(string) (sigil)]))) @doc
        (unary_operator operand: (call target: (identifier) @word
          (arguments . [(string) (sigil)]))) @attached
        (unary_operator operand: (call target: (identifier) @word)) @mark
        (comment) @comment
        (call target: (identifier) @call)
        (call target: (dot right: (identifier) @call))
        """,
        doc_marks=("@doc", "@typedoc"),
        clauses=True,
        words={
            "class": frozenset(("defmodule", "defprotocol", "defimpl")),
            "function": _ELIXIR_FUNCTIONS,
            "method": frozenset(("callback", "macrocallback")),
            "doc": frozenset(("moduledoc",)),
            "attached": frozenset(("doc", "typedoc")),
            "mark": frozenset(("spec", "impl", "doc", "deprecated", "since")),
        },
        silent=_ELIXIR_FUNCTIONS | frozenset(_ELIXIR_SYNTAX.split()),
    ),
    "go": Grammar(
        "go",
        """
        (function_declaration name: (_) @name) @function
        (method_declaration receiver: (_) @owner name: (_) @name) @method
        (type_declaration . (type_spec name: (_) @name) .) @type
        (type_declaration "(" (type_spec name: (_) @name) @type)
        (type_declaration (type_alias name: (_) @name) @type)
        (comment) @comment
        (call_expression function: (identifier) @call)
        (call_expression function: (selector_expression field: (_) @call))
        """,
        doc_marks=_ANY,
    ),
    "haskell": Grammar(
        "haskell",
        """
        (declarations (signature name: (_) @name) @function)
        (declarations (function name: (_) @name) @function)
        (declarations (function (infix operator: (_) @name)) @function)
        (declarations (bind name: (_) @name) @function)
        (declarations (pattern_synonym [(signature synonym: (_) @name)
          (equation synonym: [(constructor) (apply)] @name)]) @function)
        (class_declarations (signature name: (_) @name) @method)
        (data_type name: (_) @name) @type
        (newtype name: (_) @name) @type
        (data_constructor [(prefix name: (_) @name) (record name: (_) @name)]) @type
        (gadt_constructor name: (_) @name) @type
        (field name: (field_name (_) @name)) @method
        (type_synomym name: (_) @name) @type
        (class name: (_) @name) @class
        (instance name: (_) @name patterns: (_) @of) @class
        [(haddock) (comment)] @comment
        (apply function: (variable) @call)
        (apply function: (qualified id: (variable) @call))
        """,
        doc_marks=_ANY,
        clauses=True,
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
        reserved=_STATEMENTS,
    ),
    "javascript": Grammar(
        "javascript",
        f"""
        {_JAVASCRIPT}
        (field_definition property: (_) @name
          value: [(arrow_function) (function_expression)]) @function
        """,
        bases=("class_heritage",),
        reserved=_STATEMENTS,
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
        doc_marks=_ANY,
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
        doc_marks=_ANY,
        words={"class": frozenset(("Class", "Data", "Module", "Struct"))},
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
    "typescript": _TYPESCRIPT,
    "tsx": replace(_TYPESCRIPT, name="tsx"),
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


def grammar_of(language: str, path: str) -> Grammar | None:
    """Return the grammar for a file, or None where the language is not parsed."""
    if language == "typescript" and path.lower().endswith(".tsx"):
        return GRAMMARS["tsx"]
    return GRAMMARS.get(language)


@cache
def compiled(name: str) -> tuple[Parser, Query]:
    """Return the parser and the query of a grammar in `GRAMMARS`, made once a process."""
    language: Language = get_language(GRAMMARS[name].name)
    return Parser(language), Query(language, GRAMMARS[name].query)
