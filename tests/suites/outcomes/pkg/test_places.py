import os
import pathlib


def test_tmp_path(tmp_path):
    (tmp_path / "file").write_text("x")
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_tmp_path_factory(tmp_path_factory):
    assert tmp_path_factory.mktemp("made").is_dir()


def test_monkeypatch(monkeypatch, tmp_path):
    monkeypatch.setenv("SUITE_WORD", "1")
    monkeypatch.chdir(tmp_path)
    assert os.environ["SUITE_WORD"] == "1"
    assert pathlib.Path.cwd() == tmp_path


def test_monkeypatch_is_undone():
    assert "SUITE_WORD" not in os.environ
