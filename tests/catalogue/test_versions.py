import pytest

from app.catalogue import versions


@pytest.mark.parametrize("row", versions.DISTRIBUTIONS, ids=lambda row: row.key)
def test_a_distribution_is_found_by_its_key(row: versions.Target) -> None:
    assert versions.target(row.key) == row
    assert versions.OLDEST <= row.version <= versions.NEWEST


@pytest.mark.parametrize("number", range(versions.OLDEST, versions.NEWEST + 1))
def test_every_version_is_a_target(number: int) -> None:
    assert versions.target(str(number)) == versions.Target(str(number), f"systemd {number}", number)


@pytest.mark.parametrize("key", ["", "218", "263", "25 2", "debian", "٢٥٢", "0252", "252\n", "-252", "252.39"])
def test_any_other_target_is_refused_with_a_suggestion(key: str) -> None:
    with pytest.raises(ValueError, match="Write for example 252 or debian-12"):
        versions.target(key)


def test_no_target_means_the_newest() -> None:
    assert versions.LATEST.version == versions.NEWEST == 262
