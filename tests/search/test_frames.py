"""What is read of places in pasted texts: which file, which line, which function."""

import pytest
from growth import grows_like_the_square

from ncs.search.frames import frames, pieces, place_asked

JAVA = """java.lang.NullPointerException: Cannot invoke "a.b.C.size()"
\tat java.base/java.util.Objects.requireNonNull(Objects.java:233)
\tat app//a.b.C.run(C.java:30) ~[c.jar:1.0]
\tat a.b.C$Inner.lambda$go$0(C.java:20)
\tat a.b.C.<init>(C.java:10)"""
PYTHON = """Traceback (most recent call last):
  File "/srv/app/main.py", line 3, in <module>
    run()
  File "/srv/app/jobs.py", line 40, in run
    step()
KeyError: 'x'"""
NODE = """/app/lib/a.js:38
        throw new Error("x");
        ^

Error: x
    at C.m (/app/lib/a.js:38:85)
    at async f (file:///app/lib/b.js:3:1)
    at new D (/app/lib/d.js:4:1)
    at Object.<anonymous> (/app/lib/e.js:5:1)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)"""
GO = """panic: runtime error

goroutine 51 [running]:
example.com/shop/cart.(*Cart).Add(0xc0003a2000, {0x1a, 0x2})
\t/src/shop/cart/cart.go:12 +0x1d
main.main.func1()
\t/src/shop/main.go:3 +0x5c
created by example.com/shop/cart.Start in goroutine 1
\t/src/shop/cart/start.go:7 +0x4b4"""
RUST = """thread 'main' panicked at src/x.rs:12:5:
index out of bounds
   3: shop::cart::Cart::add
             at src/x.rs:12:5
   4: <shop::Till as shop::Paid>::pay::{{closure}}
             at ./src/till.rs:4:9"""
CSHARP = """System.NullReferenceException: Object reference not set
   at Shop.Cart.Add(String name, Int32 count) in C:\\src\\Shop\\Cart.cs:line 12
   at Shop.Till.<Pay>d__3.MoveNext() in /src/Till.cs:line 4"""
RUBY = """lib/cart.rb:12:in `block in add': oops (RuntimeError)
\tfrom lib/till.rb:4:in 'Shop::Till#pay'"""
PHP = """PHP Fatal error:  Uncaught Error: oops in /srv/Cart.php:12
Stack trace:
#0 /srv/Till.php(4): Shop\\Cart->add()
#1 /srv/index.php(9): Shop\\Till->pay('x')
#2 {main}"""
GDB = """#0  0x00007ffff7a3e in shop::Cart::add (this=0x55, f=0x1 <g(int)>) at ../src/cart.cc:12
#1  main () at main.c:4"""
VISUAL_STUDIO = """>\tshop.exe!Cart::add(const std::wstring & name, bool isAll) Line 12\tC++
\tshop.exe!WinMain() Line 4\tC++
\tuser32.dll!UserCallWinProcCheckWow()\tUnknown"""
WINDBG = "01 000000d1`2f8fe8d0 00007ff6`1a2b3c4e shop!Cart::add+0x1a2 [C:\\src\\cart.cpp @ 12]"
ELIXIR = """** (RuntimeError) oops
    (shop 1.0.0) lib/cart.ex:12: Shop.Cart.add/2
    (shop 1.0.0) lib/till.ex:4: anonymous fn/1 in Shop.Till.pay!/1"""
LUA = "lua: src/cart.lua:12: in method 'add'"


NUMBERED = [
    (" 3# shop::Cart::add() in /usr/bin/shop", "shop Cart add"),
    ("#3  0x00007f1 in shop::Cart::add(int) () from /usr/lib/shop.so", "shop Cart add"),
    ("3   shop   0x0000000100a3 shop::Cart::add(int) + 123", "shop Cart add"),
    ("   3: shop::cart::add", "shop cart add"),
]


@pytest.mark.parametrize(("line", "name"), NUMBERED)
def test_a_frame_may_name_its_function_alone(line: str, name: str) -> None:
    """The crash's own handler, which was built with its lines, was all that was found."""
    named = [each.name for each in frames(line) if each.name]
    assert named == [tuple(name.split())]
    assert not [each for each in frames(f"see {line}") if each.name and not each.path]


def test_a_numbered_frame_with_a_place_is_one() -> None:
    assert [each.name for each in frames(GDB)].count(("shop", "Cart", "add")) == 1
    assert [each.name for each in frames(RUST)].count(("shop", "cart", "Cart", "add")) == 1


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (JAVA, ["Objects.java:233 requireNonNull", "C.java:30 run", "C.java:20 go",
                "C.java:10 C"]),
        (PYTHON, ["srv/app/jobs.py:40 run", "srv/app/main.py:3 "]),
        (NODE, ["app/lib/a.js:38 m", "app/lib/b.js:3 f", "app/lib/d.js:4 constructor",
                "app/lib/e.js:5 "]),
        (GO, ["src/shop/cart/cart.go:12 Add", "src/shop/main.go:3 main",
              "src/shop/cart/start.go:7 Start"]),
        (RUST, ["src/x.rs:12 add", "src/till.rs:4 pay"]),
        (CSHARP, ["src/Shop/Cart.cs:12 Add", "src/Till.cs:4 Pay"]),
        (RUBY, ["lib/cart.rb:12 add", "lib/till.rb:4 pay"]),
        # what PHP names is called there: it is what the place above is in
        (PHP, ["srv/Cart.php:12 add", "srv/Till.php:4 pay", "srv/index.php:9 "]),
        (GDB, ["../src/cart.cc:12 add", "main.c:4 main"]),
        (VISUAL_STUDIO, [":12 add", ":4 WinMain"]),
        (WINDBG, ["src/cart.cpp:12 add"]),
        (ELIXIR, ["lib/cart.ex:12 add", "lib/till.ex:4 pay!"]),
        (LUA, ["src/cart.lua:12 add"]),
        ("lib/cart.py:4: in pay\n    add()\nlib/cart.py:12: in add", ["lib/cart.py:12 add",
                                                                      "lib/cart.py:4 pay"]),
        ('"err_trace":"cart.(*Cart).Add (cart.go:12)"', ["cart.go:12 Add"]),
        ("add@http://localhost:80/lib/cart.js:12:3", ["80/lib/cart.js:12 add"]),
        ('{"stack":"Error: x\\n    at C.m (/app/a.js:3:1)\\n    at f (/app/b.js:4:1)"}',
         ["app/a.js:3 m", "app/b.js:4 f"]),
        ('{"msg":"no x","stacktrace":"a.io/cart.(*Cart).Add\\n\\t/src/cart.go:12\\nmain.main"}',
         ["src/cart.go:12 Add"]),
        # quotes and backslashes are escaped there, too: no line was read, and of paths half
        (r'{"exc":"most recent call last:\n  File \"/app/a.py\", line 3, in f\n    g()"}' "\n",
         ["app/a.py:3 f"]),
        (r'{"exc":"most recent call last:\r\n  File \"C:\\app\\tax.py\", line 3, in f"}',
         ["app/tax.py:3 f"]),
        (r'{"stack":"Error: x\n    at \u003canonymous\u003e (/app/a.js:3:1)"}',
         ["app/a.js:3 "]),
        ("src/cart.py:12 is odd, and so is src/till.py, line 4", ["src/cart.py:12 ",
                                                                  "src/till.py:4 "]),
    ],
)  # fmt: skip
def test_each_frame_is_read_the_innermost_first(text: str, read: list[str]) -> None:
    found = [each for each in frames(text) if each.line]
    said = [f"{each.path}:{each.line} {''.join(each.name[-1:])}" for each in found]
    assert said == read


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("app//a.b.C.lambda$run$0", "a.b.C.run"),
        ("a.b.C$Inner.m", "a.b.C.Inner.m"),
        ("a.b.C.<init>", "a.b.C.C"),
        ("example.com/x/cart.(*Cart[...]).Add.func1.2", "cart.Cart.Add"),
        ("core::ptr::drop::<Foo>::h0123456789abcdef", "core.ptr.drop"),
        ("N.C`1.<>c.<M>b__0_0", "N.C.M"),
        ("std::vector<int>::push", "std.vector.push"),
        ("<module>", ""),
        ("{main}", ""),
        ("Object.<anonymous>", ""),
    ],
)
def test_a_name_is_read_as_the_code_has_it(raw: str, name: str) -> None:
    assert ".".join(pieces(raw)) == name


def test_the_package_of_a_class_says_its_folder() -> None:
    assert frames("at jadx.gui.Rename.run(Rename.java:3)")[-1].folder == "jadx/gui"
    assert not frames("at C.m (lib/a.js:3:1)")[-1].folder


@pytest.mark.parametrize(
    "text",
    ["a.go:12", "a.go line 12", "a.go, line 12", "a.go on line 12", "a.go:12:4",
     "lib/a.go#L12-L14", 'a.go", line 12', "a.go(12"],
)  # fmt: skip
def test_all_of_a_text_may_be_a_place(text: str) -> None:
    place = place_asked(text)
    assert place is not None
    assert place.line == 12


def test_a_member_of_a_file_is_named_behind_it() -> None:
    for text in ("lib/a.py:C.f", "lib/a.py::C::f", "lib/a.py::C::f[x-1]", "lib/a.py:C.f()"):
        assert [(each.path, each.name, each.alone) for each in frames(text)] == [
            ("lib/a.py", ("C", "f"), True)
        ]
    for text in ("lib/a.py: error", "lib/a.py:", "http://lib/a.py:f/g", "lib/a.py:f-g"):
        assert all(each.name == () for each in frames(text))


def test_what_is_more_than_a_place_is_none() -> None:
    assert place_asked("lib/a.go") is not None
    assert [place_asked(text) for text in ("a.go", "see a.go:12", "a.b.Cart", "run")] == [None] * 4


@pytest.mark.parametrize("unit", ["A", "a/", "a.", "f(", "a!", "a\\n ", "a.py:1 ", ") at "])
def test_a_long_text_is_read_in_time(unit: str) -> None:
    assert not grows_like_the_square(lambda long: frames(unit * long), 5_000, 20_000)


def test_lines_of_json_are_read_in_time() -> None:
    """29 s for 40,000 ends of lines in a line that was not the last."""
    assert not grows_like_the_square(lambda long: frames("\\n " * long + "\nx\n"), 1_000, 4_000)
