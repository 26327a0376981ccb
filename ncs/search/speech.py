"""Questions in other languages for the uses of a name, its definition, its tests, in English.

Only these few: what they ask for stands in no line with their words. `X在哪里被调用` is
`where is X used`. Whatever else is asked in such a language is looked for by its words.
"""

import re
from functools import cache

_NAME = r"([A-Za-z_$][A-Za-z0-9_$]*(?:(?:\.|::|#|->)[A-Za-z0-9_$]+)*(?:\(\))?)"
_LONGEST = 120  # characters
# Of questions that may be in ASCII all the same: without one of these nothing is looked at.
_HINTS = frozenset({"onde", "donde", "quem", "quien", "qui", "wo", "wer"})

# What is asked, and how it is said in Chinese, Japanese, Korean, Russian, Portuguese and Spanish,
# French, German. `@` is the name, a space may be left out, `{}` are the parts below.
_WAYS = {
    "where is {} used": (
        "谁在?{use_zh} @", "{where_zh}{use_zh} @", "@ {where_zh}被?{use_zh}", "@ 被谁{use_zh}",
        "@ 的?(?:所有)?(?:调用处|调用者|调用方|使用处|引用|用法|{use_zh}地方)",
        "@ [はが]?(?:どこ[でにか]ら?)?{used_ja}{is_ja}",
        "@ を{use_ja}(?:い)?る(?:の|場所|箇所|ところ|コード)?{is_ja}",
        "@ の(?:使用箇所|呼び出し元|呼び出し箇所|参照元|参照箇所|利用箇所){is_ja}",
        "@ {is_ko} 어디(?:서|에서) (?:사용|호출|참조|쓰).*",
        "@ {is_ko} (?:사용|호출|참조)(?:하는)? (?:곳|코드|부분).*",
        "где {used_ru} @", "где @ {used_ru}", "кто (?:вызывает|использует) @",
        "(?:использовани[ея]|вызовы?) @",
        "{where_pt} {is_pt} {used_pt} {the_pt} @", "{where_pt}? @ {where_pt}? {is_pt} {used_pt}",
        "(?:quem|qui[eé]n) (?:usa|chama|llama|utiliza) {the_pt} @",
        "où est {used_fr} @", "où @ est(?:-il|-elle)? {used_fr}", "qui (?:appelle|utilise) @",
        "wo wird @ {used_de}", "wer (?:verwendet|benutzt|nutzt) @", "wer ruft @ auf",
    ),
    "where is {} defined": (
        "@ {where_zh}被?(?:定义|声明)的?", "{where_zh}(?:定义|声明)了? @", "@ 的?(?:定义|声明)",
        "@ は(?:どこで)?(?:定義|宣言)されてい?(?:る|ます){is_ja}", "@ の(?:定義|宣言){is_ja}",
        "@ {is_ko} 어디(?:서|에서|에)? (?:정의|선언).*",
        "где (?:определ[её]н[ао]?|определяется|объявлен[ао]?|описан[ао]?) @", "определение @",
        "{where_pt} {is_pt} (?:definid[oa]|declarad[oa]|define|declara) {the_pt} @",
        "où est (?:définie?|déclarée?) @", "wo (?:wird|ist) @ (?:definiert|deklariert)",
    ),
    "subclasses of {}": (
        "(?:谁|哪些类|哪个类)(?:继承|实现|扩展)了? @", "@ 的?(?:所有)?(?:子类|实现类|派生类)",
        "@ を(?:継承|実装)してい?る(?:クラス|の)?{is_ja}",
        "@ の(?:サブクラス|派生クラス|実装クラス)",
        "@ {is_ko} (?:상속|구현)(?:하는|한|받은) (?:클래스|곳).*",
        "кто (?:наследует|реализует) @", "(?:наследники|реализации) @",
    ),
    "tests of {}": (
        "@ 的?(?:单元)?测试(?:用例|代码)?", "(?:谁|{where_zh})测试了? @",
        "@ の(?:ユニット|単体)?テスト(?:コード)?{is_ja}",
        "@ (?:의|에 대한)? (?:단위 )?테스트(?: 코드)?", "тесты? (?:для|на)? @",
    ),
}  # fmt: skip
_PARTS = {
    "where_zh": "(?:在|是在)?(?:哪里?|哪儿|哪些地方|什么地方|哪些类)",
    "use_zh": "(?:调用|使用|引用|用到|用)[了过的到]?",
    "used_ja": "(?:使わ|使用さ|呼ば|呼び出さ|参照さ|利用さ)れてい?(?:る|ます)",
    "use_ja": "(?:使って|使用して|呼んで|呼び出して|参照して|利用して)",
    "is_ja": "の?は?(?:どこ)?(?:です)?か?",
    "is_ko": "[은는이가을를]?",
    "used_ru": "(?:используется|вызывается|применяется)",
    "where_pt": "(?:onde|d[oó]nde)",
    "is_pt": "(?:é|e|es|está|se)",
    "used_pt": "(?:usad[oa]|chamad[oa]|utilizad[oa]|usa|llama|utiliza)",
    "the_pt": "(?:o|a|el|la|ao?)?",
    "used_fr": "(?:utilisée?|appelée?)",
    "used_de": "(?:verwendet|benutzt|genutzt|aufgerufen)",
}


def in_english(text: str) -> str:
    """Return such a question in English; any other as it is.

    `在哪里调用了parse` → `where is parse used`.
    """
    if text.isascii() and _HINTS.isdisjoint(text.lower().split()):
        return text
    if len(text) > _LONGEST or not re.search("[A-Za-z_$]", text):
        return text
    said = " ".join(text.rstrip(" ?？。.!！").split())
    for asked, forms in _forms():
        if (found := forms.fullmatch(said)) is not None:
            return asked.format(next(filter(None, found.groups())))
    return text


@cache
def _forms() -> list[tuple[str, re.Pattern[str]]]:
    """Return what is asked, and an expression of all its forms, made for the first question."""
    found = []
    for asked, ways in _WAYS.items():
        forms = "|".join(
            way.format(**_PARTS).replace(" ", " ?").replace("@", _NAME) for way in ways
        )
        found.append((asked, re.compile(forms, re.IGNORECASE)))
    return found
