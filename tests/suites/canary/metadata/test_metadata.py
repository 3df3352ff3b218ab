def test_metadata(metadata, include_metadata_in_junit_xml):
    assert metadata["Canary"] == "yes"


def test_record(record_property):
    record_property("key", "value")
