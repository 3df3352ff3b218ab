import pytest
from syrupy.extensions.json import JSONSnapshotExtension


@pytest.fixture
def snapshot_json(snapshot):
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize("name", ["a", "b"])
def test_json(snapshot_json, name):
    assert {"name": name} == snapshot_json


@pytest.mark.skip(reason="not today")
def test_skipped(snapshot):
    assert 1 == snapshot
