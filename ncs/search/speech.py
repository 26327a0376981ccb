"""Questions in other languages for the uses of a name, its definition, its tests, in English.

Only these: what they ask for stands in no line with their words. `X在哪里被调用` is
`where is X used`. Whatever else is asked in such a language is looked for by its words.
"""

import re
from collections.abc import Callable
from functools import cache

from ncs.search.question import is_symbol

# A name of code ends where its letters do; one in the language itself where the form says so.
_NAME = (
    r"[\"'`“«「『]?(?<![A-Za-zÀ-ÿ])([A-Za-z_$][A-Za-z0-9_$]*(?:(?:\.|::|#|->)[A-Za-z0-9_$]+)*"
    r"|[^\W\d][\w$]*(?:\.[\w$]+)*)(?:\(\))?[\"'`”»」』]?"
)
_LONGEST = 120  # characters

_USED, _DEFINED = "where is {} used", "where is {} defined"
_HEIRS, _OVERRIDDEN, _TESTED = "subclasses of {}", "who overrides {}", "tests of {}"
_OF_DEFINED = (_DEFINED, _HEIRS)  # `login 的实现` asks how it is done
# By language: what a question has that is one of these, and how each is said. `@` is the name, a
# space may be left out, `{}` are the parts below.
_WAYS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "zh": ("[用调調叫义義声宣继繼承实现扩类類写覆测測]", {
        _USED: (
            "{who_zh}在?{use_zh} @{thing_zh}", "{where_zh}{use_zh} @{thing_zh}",
            "@{thing_zh} {where_zh}被?{use_zh}", "@{thing_zh} 被(?:{who_zh}|{where_zh}){use_zh}",
            "@{thing_zh} 的?(?:所有)?(?:调用处|调用者|调用方|使用处|引用|用法|调用)",
            "@{thing_zh} 的?{use_zh}(?:地方|位置)",
            "{use_zh} @{thing_zh} 的?(?:代码|地方|位置|类|方法|文件)",
        ),
        _DEFINED: (
            "@{thing_zh} {where_zh}被?{define_zh}的?", "{where_zh}{define_zh}了? @{thing_zh}",
            "@{thing_zh} 的?{define_zh}(?:{where_zh})?",
        ),
        _HEIRS: (
            "(?:谁|誰|哪些类|哪个类)?(?:继承|实现|扩展|繼承)了? @{thing_zh}(?:的类)?",
            "@{thing_zh} 的?(?:所有|有哪些)?(?:子类|实现类|派生类|实现|子類)(?:有哪些)?",
        ),
        _OVERRIDDEN: (
            "{who_zh}(?:重写|覆盖|复写)了? @{thing_zh}",
            "@{thing_zh} {where_zh}被?(?:重写|覆盖)的?",
        ),
        _TESTED: (
            "@{thing_zh} 的?{test_zh}(?:{where_zh})?",
            "(?:谁|{where_zh})?测试了? @{thing_zh}(?:的代码)?",
        ),
    }),
    "ja": ("[使呼参利定宣継実派承テオサ]", {
        _USED: (
            "@{thing_ja} [はがも]?(?:どこ(?:で|から|に)?)?{used_ja}{is_ja}",
            "@{thing_ja} を{use_ja}い?る(?:の|場所|箇所|ところ|コード|クラス)?{is_ja}",
            "(?:どこで|誰が|どこから) @{thing_ja} [をがは]{use_ja}い?(?:る|ます){is_ja}",
            "@{thing_ja} の(?:使用箇所|呼び出し元|呼び出し箇所|参照元|参照箇所|利用箇所){is_ja}",
        ),
        _DEFINED: (
            "@{thing_ja} [はが](?:どこで)?(?:定義|宣言)されてい?(?:る|ます){is_ja}",
            "@{thing_ja} の(?:定義|宣言)(?:場所|箇所)?{is_ja}",
        ),
        _HEIRS: (
            "@{thing_ja} を(?:継承|実装)した?(?:てい?る)?(?:クラス|の)?は?(?:どれ)?{is_ja}",
            "@{thing_ja} の(?:サブクラス|派生クラス|実装クラス){is_ja}",
        ),
        _OVERRIDDEN: (
            "@{thing_ja} をオーバーライドしてい?る(?:の|クラス|メソッド|ところ)?{is_ja}",
        ),
        _TESTED: (
            "@{thing_ja} の(?:ユニット|単体)?テスト(?:コード)?{is_ja}",
            "@{thing_ja} をテストしてい?る(?:コード|ところ|の)?{is_ja}",
        ),
    }),
    "ko": ("[사호참쓰정선상구테]", {
        _USED: (
            "@ {thing_ko} 어디(?:서|에서) (?:사용|호출|참조|쓰).*",
            "@ {thing_ko} (?:사용|호출|참조)(?:하는)? (?:곳|코드|부분).*",
        ),
        _DEFINED: ("@ {thing_ko} 어디(?:서|에서|에)? (?:정의|선언).*",),
        _HEIRS: ("@ {thing_ko} (?:상속|구현)(?:하는|한|받은) (?:클래스|곳).*",),
        _TESTED: ("@ {thing_ko} (?:의|에 대한)? (?:단위 )?테스트(?: 코드)?",),
    }),
    "ru": ("где|откуда|мест|кто|каки|использ|вызов|опред|наслед|потом|подкл|реализ|тест", {
        _USED: (
            "{where_ru} {used_ru} {thing_ru} @", "{where_ru} {thing_ru} @ {used_ru}",
            "(?:кто|какие классы) (?:вызывает|использует|используют|вызывают) {thing_ru} @",
            "(?:использовани[ея]|вызовы?) {thing_ru} @",
        ),
        _DEFINED: (
            "где (?:определ[её]н[ао]?|определяется|объявлен[ао]?|описан[ао]?) {thing_ru} @",
            "определение {thing_ru} @",
        ),
        _HEIRS: (
            "(?:кто|какие классы) (?:наследует|реализует|наследуют|реализуют) {thing_ru} @",
            "(?:наследники|потомки|подклассы|реализаци[ия]) {thing_ru} @",
            "классы,? (?:реализующие|наследующие|которые (?:наследуют|реализуют)) @",
        ),
        _OVERRIDDEN: (
            "кто переопределяет {thing_ru} @", "где переопредел[её]н[ао]? {thing_ru} @",
        ),
        _TESTED: ("(?:где (?:находятся )?)?(?:юнит-?)?тесты? (?:для|на)? {thing_ru} @",),
    }),
    "latin": (r"\b(?:onde|d[oó]nde|quem|qui[eé]n|qui|où|wo|wer)\b", {
        _USED: (
            "{where_pt} {is_pt} {used_pt} {the_pt} @",
            "{where_pt}? @ {where_pt}? {is_pt} {used_pt}",
            "(?:quem|qui[eé]n) (?:usa|chama|llama|utiliza) {the_pt} @",
            "où est {used_fr} @", "où @ est(?:-il|-elle)? {used_fr}", "qui (?:appelle|utilise) @",
            "wo wird @ {used_de}", "wer (?:verwendet|benutzt|nutzt) @", "wer ruft @ auf",
        ),
        _DEFINED: (
            "{where_pt} {is_pt} (?:definid[oa]|declarad[oa]|define|declara) {the_pt} @",
            "où est (?:définie?|déclarée?) @", "wo (?:wird|ist) @ (?:definiert|deklariert)",
        ),
    }),
}  # fmt: skip
_PARTS = {
    "who_zh": "(?:谁|誰|哪些方法|哪些类|哪个方法|什么)",
    "where_zh": "(?:在|是在)?(?:哪[里裡裏]?|哪儿|哪些地方|什么地方|哪些类)",
    "thing_zh": " ?(?:这个)?(?:类|方法|函数|接口|变量|字段|常量|组件|服务|類|函式)?",
    "use_zh": "(?:调用|使用|引用|用到|用|調用|呼叫)[了过的到]?的?",
    "define_zh": "(?:定义|声明|定義|宣告)",
    "test_zh": "(?:单元)?(?:测试|測試)(?:用例|代码|类)?",
    "thing_ja": " ?(?:関数|メソッド|クラス|変数|定数|インター?フェース|プロパティ)?",
    "used_ja": "(?:使わ|使用さ|呼ば|呼び出さ|参照さ|利用さ)れてい?(?:る|ます)",
    "use_ja": "(?:使って|使用して|呼んで|呼び出して|参照して|利用して)",
    "is_ja": "の?は?(?:どこ)?(?:に(?:あります|ある))?(?:です)?か?(?:を?(?:教えて|探して))?",
    "thing_ko": "(?:함수|메서드|메소드|클래스|변수|인터페이스)? ?[은는이가을를]?",
    "where_ru": "(?:где|откуда|в каких местах)",
    "used_ru": "(?:используется|вызывается|применяется|используют|вызывают)",
    "thing_ru": "(?:класс[аеы]?|метода?|функци[яию]|процедур[аыу]|интерфейса?|переменн(?:ая|ой))?",
    "where_pt": "(?:onde|d[oó]nde)",
    "is_pt": "(?:é|e|es|está|se)",
    "used_pt": "(?:usad[oa]|chamad[oa]|utilizad[oa]|usa|llama|utiliza)",
    "the_pt": "(?:ao?|o|el|la)?",
    "used_fr": "(?:utilisée?|appelée?)",
    "used_de": "(?:verwendet|benutzt|genutzt|aufgerufen)",
}
# What is said before and behind such a question, and asks nothing.
_LEAD = (
    "(?:(?:我想知道|请问|請問|查看?(?:一下)?|找(?:一下|到)?|看看|所有的?"
    "|найти|покажи|показать|все) ?){0,4}"
)
_END = "[呢吗啊嗎]?"
# Kana come before Han, which Japanese has as well.
_SCRIPTS = {
    "ja": "[\u3041-\u30ff]", "ko": "[\uac00-\ud7af]", "zh": "[\u4e00-\u9fff]",
    "ru": "[\u0400-\u04ff]",
}  # fmt: skip


def plainly(text: str, is_name: Callable[[str], bool]) -> str:
    """Return such a question in English; any other as it is.

    `在哪里调用了parse` → `where is parse used`.

    Args:
        text: the question.
        is_name: says whether the code defines something that is called so. Of what is used or
            tested it is asked only where the looks do not tell that it is a name.
    """
    language = _language(text)
    says, ways = _WAYS[language]
    if len(text) > _LONGEST or not re.search(says, text, re.IGNORECASE):
        return text
    said = " ".join(text.strip(" \t\n?？。.!！").split())
    for asked in ways:
        for form in _forms(language, asked):
            found = form.fullmatch(said)
            if found is None:
                continue
            may_be = asked not in _OF_DEFINED and is_symbol(found[1])
            if may_be or is_name(found[1]):
                return asked.format(found[1])
    return text


def _language(text: str) -> str:
    """Return which forms a question may have, by its script."""
    for language, script in _SCRIPTS.items():
        if not text.isascii() and re.search(script, text):
            return language
    return "latin"


@cache
def _forms(language: str, asked: str) -> list[re.Pattern[str]]:
    """Return the expressions of the forms of a question, made when the first may be one."""
    return [_form(way) for way in _WAYS[language][1][asked]]


def _form(way: str) -> re.Pattern[str]:
    plain = way.format(**_PARTS).replace(" ", " ?").replace(" ??", " ?").replace("@", _NAME)
    return re.compile(f"{_LEAD}(?:{plain}){_END}", re.IGNORECASE)
