"""Which language a file is written in: by its name, its extension or its first line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ncs.corpus.families import TEXT

_C_PLUS_PLUS = re.compile(
    rb"^[ \t]*(?:class|namespace|template|using|public:|private:)\b|::", re.M
)
_OBJECTIVE_C = re.compile(rb"^(?:[A-Z_]+[ \t]+)*@(?:interface|protocol|end)\b", re.M)
_SHEBANG = re.compile(rb"#!\s*\S*?(?:/env\s+(?:-\S+\s+)*)?([\w+-]+?)[\d.]*(?:\s|$)")
_LANGUAGE_HEAD_BYTES = 4_096  # that are looked at; 16 times as many of a C header
# Beginnings of files that are called as code is: Qt's translations end in `.ts`.
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\b|<!DOCTYPE\b)")


@dataclass(frozen=True, slots=True)
class Language:
    """A language by name and how its files are recognised.

    Attributes:
        extensions: lower case, without the dot.
        filenames: whole names, lower case.
        interpreters: of a first line `#!...`, version digits left out.
        remark: what opens a comment that runs to the end of the line; empty for none. It
            is used where no grammar finds the comments.
    """

    name: str
    extensions: tuple[str, ...]
    filenames: tuple[str, ...] = ()
    interpreters: tuple[str, ...] = ()
    remark: str = ""


def _languages() -> Iterator[Language]:
    """Read the table: name | extensions | file names | interpreters | remark."""
    for row in _TABLE.strip().splitlines():
        name, extensions, filenames, interpreters, remark = (
            cell.strip() for cell in row.split("|")
        )
        yield Language(
            name,
            tuple(extensions.split()),
            tuple(filenames.split()),
            tuple(interpreters.split()),
            remark,
        )


_TABLE = """
bash       | sh bash zsh ksh bats ebuild | .bashrc .bash_profile .profile .zshrc pkgbuild | sh bash zsh ksh dash ash bats | #
c          | c                                  |                                 |         | //
cpp        | cc cpp cxx c++ hpp hh hxx h++ ipp tpp inl cu cuh ino |               |         | //
csharp     | cs csx                             |                                 |         | //
elixir     | ex exs                             |                                 | elixir  | #
go         | go                                 |                                 |         | //
haskell    | hs                                 |                                 | runhaskell runghc | --
java       | java                               |                                 |         | //
javascript | js jsx mjs cjs es6                 | jakefile                        | node nodejs | //
kotlin     | kt kts                             |                                 |         | //
lua        | lua                                | .luacheckrc                     | lua luajit | --
php        | php php5 phtml phpt                |                                 | php     | //
python     | py pyi pyw pyx pxd wsgi            | sconstruct sconscript           | python pypy | #
ruby       | rb rake gemspec ru podspec         | gemfile rakefile vagrantfile guardfile podfile brewfile | ruby | #
rust       | rs                                 |                                 |         | //
scala      | scala sc sbt                       |                                 | scala   | //
swift      | swift                              |                                 | swift   | //
typescript | ts tsx mts cts                     |                                 | deno ts-node | //
zig        | zig zon                            |                                 |         | //
markdown   | md markdown mdx mkd mdown rmd      |                                 |         |
rst        | rst                                |                                 |         |
text       | txt text log                       | readme license notice authors   |         |
asciidoc   | adoc asciidoc                      |                                 |         |
astro      | astro                              |                                 |         |
batch      | bat cmd                            |                                 |         |
clojure    | clj cljs cljc edn                  |                                 |         | ;
cmake      | cmake                              | cmakelists.txt                  |         | #
coffee     | coffee                             | cakefile                        | coffee  | #
csv        | csv tsv                            |                                 |         |
css        | css scss sass less styl            |                                 |         |
dart       | dart                               |                                 | dart    | //
dockerfile | dockerfile containerfile           | dockerfile containerfile        |         | #
emacs-lisp | el                                 |                                 |         | ;
erlang     | erl hrl                            |                                 | escript | %
fish       | fish                               |                                 | fish    | #
fortran    | f90 f95 f03 f08 for                |                                 |         | !
fsharp     | fs fsi fsx                         |                                 |         | //
glsl       | glsl vert frag wgsl hlsl metal     |                                 |         | //
graphql    | graphql gql                        |                                 |         | #
groovy     | groovy gradle                      | jenkinsfile                     | groovy  | //
html       | html htm xhtml jinja j2 hbs ejs erb eex heex mustache twig |        |         |
ini        | ini cfg conf properties editorconfig | .gitconfig .npmrc             |         | #
json       | json jsonc json5 ipynb geojson webmanifest arb |                     |         |
julia      | jl                                 |                                 | julia   | #
lisp       | lisp cl scm rkt ss                 |                                 | sbcl guile racket | ;
make       | mk mak                             | makefile gnumakefile            | make    | #
nim        | nim nims                           |                                 |         | #
nix        | nix                                |                                 |         | #
objc       | m mm                               |                                 |         | //
ocaml      | ml mli                             |                                 | ocaml   |
perl       | pl pm t                            |                                 | perl    | #
powershell | ps1 psm1 psd1                      |                                 | pwsh    | #
proto      | proto                              |                                 |         | //
r          | r                                  |                                 | Rscript | #
solidity   | sol                                |                                 |         | //
sql        | sql                                |                                 |         | --
svelte     | svelte                             |                                 |         |
tcl        | tcl                                |                                 | tclsh wish | #
terraform  | tf tfvars hcl                      |                                 |         | #
tex        | tex sty cls bib                    |                                 |         | %
toml       | toml                               |                                 |         | #
vim        | vim                                | .vimrc                          |         |
vue        | vue                                |                                 |         |
xml        | xml xsd xsl svg plist csproj fsproj props targets pom xaml axaml resx xib wxs vcxproj entitlements xlf ui | | |
yaml       | yaml yml                           | .clang-format .clang-tidy       |         | #
"""  # fmt: skip  # noqa: E501

LANGUAGES: dict[str, Language] = {language.name: language for language in _languages()}

_BY_EXTENSION = {
    extension: language.name
    for language in LANGUAGES.values()
    for extension in language.extensions
}
_BY_FILENAME = {
    filename: language.name for language in LANGUAGES.values() for filename in language.filenames
}
_BY_INTERPRETER = {
    interpreter: language.name
    for language in LANGUAGES.values()
    for interpreter in language.interpreters
}


def detect(path: str, data: bytes) -> str:
    """Return the language of a file: a name of `LANGUAGES`, "text" where nothing tells.

    Args:
        path: the file's path with "/" between its parts.
        data: its content, of which the first kilobytes are looked at.
    """
    filename = path.rpartition("/")[2].lower()
    if filename in _BY_FILENAME:
        return _BY_FILENAME[filename]
    stem, dot, extension = filename.rpartition(".")
    if dot and stem:
        if extension == "h":
            head = data[: 16 * _LANGUAGE_HEAD_BYTES]
            if _OBJECTIVE_C.search(head):
                return "objc"
            return "cpp" if _C_PLUS_PLUS.search(head) else "c"
        if extension == "ts" and _XML.match(data[:_LANGUAGE_HEAD_BYTES]):
            return "xml"
        if extension in _BY_EXTENSION:
            return _BY_EXTENSION[extension]
    return _by_first_line(data)


def named(word: str) -> str:
    """Return the language that is called so, in any case, or whose files end so; "" for none."""
    plain = word.lower().removeprefix(".")
    return plain if plain in LANGUAGES else _BY_EXTENSION.get(plain, "")


def _by_first_line(data: bytes) -> str:
    if not data.startswith(b"#!"):
        return TEXT
    found = _SHEBANG.match(data[:_LANGUAGE_HEAD_BYTES].split(b"\n", 1)[0])
    return _BY_INTERPRETER.get(found[1].decode(), TEXT) if found else TEXT
