"""The model of a disk finds what a careless writer loses, and what a careful one keeps."""

from fault_disk import Change, Disk, State

OLD: State = {"/d": None, "/d/f": b"old"}


def states(*calls: tuple[str, str, bytes]) -> set[bytes | None]:
    """Return what "/d/f" may hold when the power fails after these calls."""
    disk = Disk(OLD)
    for at, (name, path, data) in enumerate(calls):
        disk.apply(Change(at, name, path, 0, data))
    seeds = range(20)  # which of several writes are lost is drawn
    return {state.get("/d/f", b"GONE") for seed in seeds for state in disk.without_power(seed)}


def test_a_rename_of_a_file_that_was_not_synced_may_leave_it_empty() -> None:
    careless = ("create", "/d/p", b""), ("write", "/d/p", b"new"), ("rename", "/d/p", b"/d/f")
    assert states(*careless) == {b"old", b"", b"new"}


def test_a_rename_of_a_synced_file_leaves_the_old_or_the_new() -> None:
    careful = (
        ("create", "/d/p", b""), ("write", "/d/p", b"new"), ("sync", "/d/p", b""),
        ("rename", "/d/p", b"/d/f"),
    )  # fmt: skip
    assert states(*careful) == {b"old", b"new"}
    assert states(*careful, ("sync", "/d", b"")) == {b"new"}


def test_writing_in_place_may_leave_neither() -> None:
    assert states(("write", "/d/f", b"n")) == {b"old", b"nld"}
    assert b"" in states(("truncate", "/d/f", b""), ("write", "/d/f", b"new"))


def test_a_folder_that_is_new_is_lost_until_its_parent_is_synced() -> None:
    disk = Disk({})
    for at, (name, path) in enumerate(
        [("mkdir", "/d"), ("create", "/d/f"), ("sync", "/d/f"), ("sync", "/d")]
    ):
        disk.apply(Change(at, name, path, 0, b""))
    assert any("/d" not in state for state in disk.without_power(seed=1))
    disk.apply(Change(9, "sync", "", 0, b""))
    assert all("/d" in state for state in disk.without_power(seed=1))
