"""Scripting languages."""

import re
from collections.abc import Mapping

from ncs.corpus.grammars.grammar import ANY, Grammar
from ncs.corpus.routes import VERBS

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

_PERL_BUILTINS = """
bless can carp close confess croak defined delete die done_testing each exists extends grep has isa
join keys local map open pop print printf push ref require return reverse say scalar shift sort
splice split sprintf substr unshift values wantarray warn with
$_ $action $cb $code $method $name $next $sub $write
"""
# The grammar takes the `&&` behind the argument of such a function or a constant for a call, and a
# fraction of a constant for a pattern.
_PERL_UNREAD = re.compile(
    rb"\b((?:Scalar::Util::)?(?:blessed|looks_like_number|reftype)[ \t]+)(?=\$\w+[ \t]*&&)"
    rb"|(?<![\w$@%>:])(?:\w+::)*_?[A-Z][A-Z\d_]+\s+(&&|/)(?=\s)"
)
# The grammar stumbles over one file in five, mostly over `{}` and lists among the arguments of a
# command; a few of those files are lost to it as a whole.
_POWERSHELL_HEADS = re.compile(
    rb"([ \t]*)(?i:function|filter)[ \t]+[\w.-]+[ \t]*(?:\([^(){}\n]*\))?\s*\{"
    rb"|[ \t]*(?:#[^\n]*|<#(?:[^#<]|#(?!>)|<(?!#))*#>)"
)
# Where a function is known, and the call of another constructor: the grammar knows neither.
_POWERSHELL_UNREAD = re.compile(
    rb"^[ \t]*(?i:function|filter)[ \t]+((?i:global|local|private|script):)"
    rb"|^[ \t]*\w+\s*\([^()\n]*\)\s*(:\s*base\s*\([^()\n]*\))(?=\s*\{)",
    re.M,
)
_POWERSHELL_SYNTAX = """
% ? AfterAll AfterEach catch else elseif finally foreach if param Assert-MockCalled BeforeAll
BeforeDiscovery BeforeEach Context Describe Export-ModuleMember ForEach-Object Import-Module It
Mock New-Object Out-Null Select-Object Set-StrictMode Should Where-Object Write-Host
"""
# `Route::get('/users', function () {…})->name('users')`, `$app->get('/users', function () {…})`.
_PHP_HANDLED = """arguments: (arguments
  . (argument [(string . (string_content) @of .) (encapsed_string . (string_content) @of .)])
  (argument [(anonymous_function body: (_) @body) (arrow_function body: (_) @body)]) .)"""
_PHP_ROUTE = f"(scoped_call_expression name: (name) @name @word {_PHP_HANDLED})"

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
    "perl": Grammar(
        "perl",
        """
        (package_statement name: (package) @name (block)) @class @absolute
        (package_statement name: (package) @name) @class @rest @absolute
        (class_statement name: (package) @name (block)) @class @absolute
        (class_statement name: (package) @name) @class @rest @absolute
        (subroutine_declaration_statement name: (_) @name) @function
        (method_declaration_statement name: (_) @name) @method
        (expression_statement (assignment_expression
          left: (variable_declaration variable: (scalar (varname) @name))
          right: (anonymous_subroutine_expression))) @function
        (expression_statement (assignment_expression left: (glob (varname) @name)
          right: (anonymous_subroutine_expression))) @function
        (ambiguous_function_call_expression function: (function) @word
          . (autoquoted_bareword) @name . (anonymous_subroutine_expression)) @method
        (use_statement module: (package) @word [
          (string_literal (string_content) @base)
          (quoted_word_list (string_content) @base)
          (list_expression [(string_literal (string_content) @base)
            (quoted_word_list (string_content) @base)])])
        (ambiguous_function_call_expression function: (function) @word [
          (string_literal (string_content) @base)
          (quoted_word_list (string_content) @base)])
        (assignment_expression
          left: [(array (varname) @word) (variable_declaration (array (varname) @word))] [
          (string_literal (string_content) @base)
          (quoted_word_list (string_content) @base)
          (list_expression (string_literal (string_content) @base))])
        (ambiguous_function_call_expression
          (array (varname) @word) . (string_literal (string_content) @base))
        (attribute name: (_) @word value: (_) @base)
        [(comment) (pod)] @comment
        (function_call_expression function: (function) @call)
        (ambiguous_function_call_expression function: (function) @call)
        (method_call_expression method: (method) @call)
        """,
        doc_marks=ANY,
        words={
            "base": frozenset(("Mojo::Base", "base", "parent", "extends", "with", "ISA", "isa")),
            "method": frozenset(("has",)),
        },
        silent=frozenset(_PERL_BUILTINS.split()),
        unread=_PERL_UNREAD,
        main="main",
        pod=True,
    ),
    "php": Grammar(
        "php",
        f"""
        (class_declaration name: (_) @name) @class
        (interface_declaration name: (_) @name) @class
        (trait_declaration name: (_) @name) @class
        (enum_declaration name: (_) @name) @type
        (method_declaration name: (_) @name) @method
        (function_definition name: (_) @name) @function
        (expression_statement {_PHP_ROUTE}) @function @absolute
        (expression_statement (member_call_expression object: {_PHP_ROUTE})) @function @absolute
        (expression_statement
          (member_call_expression name: (name) @name @word {_PHP_HANDLED})) @function @absolute
        (comment) @comment
        (function_call_expression function: (name) @call)
        (member_call_expression name: (name) @call)
        (scoped_call_expression name: (name) @call)
        (object_creation_expression (name) @call)
        """,
        bases=("base_clause", "class_interface_clause"),
        words={"function": VERBS},
    ),
    "powershell": Grammar(
        "powershell",
        """
        (function_statement (function_name) @name) @function
        (class_statement . (simple_name) @name) @class
        (class_statement (simple_name) . (simple_name) @base)
        (enum_statement (simple_name) @name) @type
        (class_method_definition (simple_name) @name) @method
        (function_statement (comment) @doc)
        (comment) @comment
        (command command_name: (command_name) @call)
        (invokation_expression (member_name (simple_name) @call))
        """,
        doc_marks=ANY,
        silent=frozenset(_POWERSHELL_SYNTAX.split()),
        unread=_POWERSHELL_UNREAD,
        heads=_POWERSHELL_HEADS,
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
