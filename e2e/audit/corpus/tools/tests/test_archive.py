import pytest

from lib.archive import load_settings, unpack_plain


def test_settings_are_read():
    assert load_settings("{'a': 1}") == {"a": 1}


def test_hostile_archive_is_refused(tmp_path):
    try:
        unpack_plain(tmp_path / "hostile.tar", tmp_path)
    except Exception:
        pass
