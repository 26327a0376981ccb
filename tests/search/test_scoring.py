"""What is worth reading among the places of a file."""

from pathlib import Path

import ncs


def test_imports_are_not_the_place_that_is_shown(tmp_path: Path) -> None:
    names = "RetryPolicy RetryRequest RetryPromise RetryResponse RetryHandler RetryTimer"
    uses = "".join(f"use Acme\\Retry\\{name};\n" for name in names.split())
    body = "".join(f"        $this->total[{at}] = {at};\n" for at in range(12))
    (tmp_path / "Middleware.php").write_text(
        f"<?php\n\nnamespace Acme\\Retry;\n\n{uses}\nclass Middleware\n{{\n"
        f"    public function __invoke($options)\n    {{\n{body}    }}\n\n"
        f"    private function again($delay)\n    {{\n{body}        retry($delay);\n    }}\n}}\n",
        encoding="utf-8",
    )
    (tmp_path / "Other.php").write_text("<?php\n\nfunction other() { return 1; }\n")
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as codebase:
        hit = codebase.search("retry a request with a policy", 1)[0]
        assert (hit.path, hit.kind != "block") == ("Middleware.php", True)
        # What is imported can be asked for.
        hit = codebase.search("use Acme\\Retry\\RetryTimer;", 1)[0]
        assert (hit.path, hit.kind) == ("Middleware.php", "block")


def test_a_test_in_the_file_of_what_it_tests_is_not_the_place_that_is_shown(
    tmp_path: Path,
) -> None:
    filler = "".join(f"    let total_{at} = {at};\n" for at in range(22))
    (tmp_path / "lib.rs").write_text(
        f"pub fn is_text(data: &[u8]) -> bool {{\n{filler}    !data.contains(&0)\n}}\n\n"
        "#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n"
        "    fn binary_detection_of_text() {\n        // data: binary, text\n"
        '        assert!(is_text(b"text")); // text is not binary\n    }\n}\n'
    )
    (tmp_path / "main.rs").write_text("fn main() {}\n")
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as codebase:
        hit = codebase.search("is the data binary or is it text", 1, mode="lexical")[0]
        assert hit.symbol == "is_text"
        hit = codebase.search("test of binary or text detection", 1, mode="lexical")[0]
        assert "binary_detection" in hit.symbol
        # The word stands nowhere else in the file.
        hit = codebase.search("assertion assert", 1, mode="lexical")[0]
        assert "binary_detection" in hit.symbol


def test_a_helper_among_tests_is_not_the_place_that_is_shown(tmp_path: Path) -> None:
    filler = "".join(f"    let total_{at} = {at};\n" for at in range(22))
    (tmp_path / "lib.rs").write_text(
        f"pub fn is_text(data: &[u8]) -> bool {{\n{filler}    !data.contains(&0)\n}}\n\n"
        f"#[cfg(test)]\nmod tests {{\n    use super::*;\n\n    #[test]\n    fn one() {{\n{filler}"
        "    }\n\n    // whether the data is binary or text\n"
        f"    fn binary_data_or_text() -> bool {{\n{filler}        is_text(DATA)\n    }}\n}}\n"
    )
    (tmp_path / "main.rs").write_text("fn main() {}\n")
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as codebase:
        hit = codebase.search("is the data binary or is it text", 1, mode="lexical")[0]
        assert hit.symbol == "is_text"
        hit = codebase.search("tests of binary data or text", 1, mode="lexical")[0]
        assert "binary_data_or_text" in hit.symbol
