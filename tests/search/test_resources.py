"""Android's resources, and where they are used."""

from collections.abc import Iterator

import pytest
from growth import grows_like_the_square
from small_index import built

from ncs.api.opening import Codebase

_TONGUES = ("de", "fr", "es", "it", "pl", "en-rGB")
FILES = {
    "app/src/main/res/values/strings.xml": """<resources>
    <string name="quiet_time">Quiet time</string>
    <string name="quiet_time_description">No sound while it is night</string>
</resources>
""",
    **{
        f"app/src/main/res/values-{tongue}/strings.xml": f"""<resources>
    <string name="quiet_time">quiet_time {tongue}</string>
    <string name="quiet_time_description">R.string.quiet_time {tongue}</string>
</resources>
"""
        for tongue in _TONGUES
    },
    "app/src/main/res/values/themes.xml": """<resources>
    <style name="Theme.Night.Blue" parent="Theme.Day"/>
</resources>
""",
    "app/src/main/res/layout/message_row.xml": """<LinearLayout>
    <TextView android:id="@+id/subject_line" android:hint="@string/quiet_time"/>
</LinearLayout>
""",
    "app/src/main/java/QuietTime.kt": """class QuietTime(private val context: Context) {
    fun show(row: View) = row.subject(R.id.subject_line).setText(R.string.quiet_time)

    fun inflate() = inflater.inflate(R.layout.message_row, null)

    fun theme() = context.setTheme(R.style.Theme_Night_Blue)
}
""",
    "app/src/main/java/Phone.kt": "fun silent() = say(android.R.string.quiet_time)\n",
    "app/src/test/java/QuietTimeTest.kt": """class QuietTimeTest {
    @Test fun quiet() = assertEquals(R.string.quiet_time, shown())
}
""",
}


@pytest.fixture(scope="module")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebase]:
    with built(tmp_path_factory.mktemp("resources"), FILES) as opened:
        yield opened


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("R.string.quiet_time", "values/strings.xml"),
        ("com.example.R.string.quiet_time", "values/strings.xml"),
        ("@string/quiet_time", "values/strings.xml"),
        ("string resource quiet_time_description", "values/strings.xml"),
        ("where is string quiet_time defined", "values/strings.xml"),
        ("R.style.Theme_Night_Blue", "values/themes.xml"),
        ("@style/Theme.Night.Blue", "values/themes.xml"),
        ("R.id.subject_line", "layout/message_row.xml"),
        ("@+id/subject_line", "layout/message_row.xml"),
        ("R.layout.message_row", "layout/message_row.xml"),
    ],
)
def test_a_resource_leads_to_where_it_is_made(codebase: Codebase, asked: str, name: str) -> None:
    """Four translations came first, and the code that is called alike."""
    first = codebase.search(asked)[0]
    assert (first.path, first.score > 0.9) == (f"app/src/main/res/{name}", True)


def test_what_uses_a_resource_follows(codebase: Codebase) -> None:
    found = codebase.search("R.string.quiet_time", top_k=2)[1]
    assert (found.path, found.score > 0.9) == ("app/src/main/java/QuietTime.kt", True)


def test_what_the_system_has_is_no_resource_of_the_codebase(codebase: Codebase) -> None:
    """`android.R.string.ok` led to a text of the application that is called so."""
    sure = {hit.path for hit in codebase.search("R.string.quiet_time") if hit.score > 0.9}
    assert "app/src/main/java/Phone.kt" not in sure
    assert codebase.search("android.R.string.quiet_time")[0].path == "app/src/main/java/Phone.kt"
    first, *_ = codebase.search("@android:string/quiet_time")
    assert first.score < 0.9


@pytest.mark.parametrize("asked", ["R.string.loud_time", "@id/nothing", "R.color.quiet_time"])
def test_no_resource_is_made_up(codebase: Codebase, asked: str) -> None:
    assert all(hit.score < 0.9 for hit in codebase.search(asked))


@pytest.mark.parametrize("unit", ["R.string.", "@id/", "a_", "string "])
def test_a_long_name_is_read_in_time(codebase: Codebase, unit: str) -> None:
    assert not grows_like_the_square(lambda long: codebase.search(unit * long), 1_000, 4_000)


def test_what_is_nearly_a_long_name_is_read_in_time(codebase: Codebase) -> None:
    """It was read from each of its `R.` to its end."""

    def look(count: int) -> None:
        codebase.search("R.string." + "a.R." * count + "/")

    assert not grows_like_the_square(look, 5_000, 20_000)
