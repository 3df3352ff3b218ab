"""What must come out of this suite, however it is run: `{node id: verdict}`.

The doctests are there only with `--doctest-modules`.
"""

VERDICTS = "plain/test_verdicts.py"
CLASSES = "pkg/test_classes.py"
CAPTURED = "pkg/test_captured.py"
PLACES = "pkg/test_places.py"

EXPECTED = {
    f"{VERDICTS}::test_passes": "passed",
    f"{VERDICTS}::test_fails": "failed",
    f"{VERDICTS}::test_fails_with_a_chain": "failed",
    f"{VERDICTS}::test_fails_without_traceback": "failed",
    f"{VERDICTS}::test_fails_in_other_words": "failed",
    f"{VERDICTS}::test_error_at_setup": "error",
    f"{VERDICTS}::test_error_at_teardown": "error",
    f"{VERDICTS}::test_fails_and_error_at_teardown": "failed",
    f"{VERDICTS}::test_skips_in_the_call": "skipped",
    f"{VERDICTS}::test_skipped_by_mark": "skipped",
    f"{VERDICTS}::test_skipped_by_condition": "skipped",
    f"{VERDICTS}::test_xfails": "xfailed",
    f"{VERDICTS}::test_xpasses": "xpassed",
    f"{VERDICTS}::test_xpasses_strictly": "failed",
    f"{VERDICTS}::test_xfails_in_the_call": "xfailed",
    **{
        f"{VERDICTS}::test_parametrized[{text}-{n}]": "failed" if n == 1 else "passed"
        for text in ("a b", "c::d", "\\xfc/[x]")
        for n in range(3)
    },
    f"{VERDICTS}::test_marked": "passed",
    f"{VERDICTS}::test_warns": "passed",
    f"{VERDICTS}::test_warns_in_a_class_of_its_own": "passed",
    f"{VERDICTS}::test_with_a_module_fixture": "passed",
    f"{VERDICTS}::test_calls_importorskip": "skipped",
    "plain/test_marked_module.py::test_one": "skipped",
    "plain/test_marked_module.py::test_two": "skipped",
    f"{CLASSES}::TestPlain::test_one": "passed",
    f"{CLASSES}::TestPlain::test_two": "failed",
    f"{CLASSES}::TestPlain::TestNested::test_inner": "passed",
    f"{CLASSES}::Case::test_passes": "passed",
    f"{CLASSES}::Case::test_fails": "failed",
    f"{CLASSES}::Case::test_raises": "failed",
    f"{CLASSES}::Case::test_skipped": "skipped",
    f"{CLASSES}::Case::test_expected_failure": "xfailed",
    f"{CLASSES}::Case::test_unexpected_success": "failed",
    f"{CLASSES}::BrokenCase::test_one": "error",
    f"{CLASSES}::BrokenCase::test_two": "error",
    f"{CAPTURED}::test_capsys": "passed",
    f"{CAPTURED}::test_capfd": "passed",
    f"{CAPTURED}::test_caplog": "passed",
    f"{CAPTURED}::test_captured_output_of_a_failure": "failed",
    f"{CAPTURED}::test_output_of_a_pass": "passed",
    f"{CAPTURED}::test_disabled": "passed",
    f"{CAPTURED}::test_noisy": "failed",
    f"{PLACES}::test_tmp_path": "passed",
    f"{PLACES}::test_tmp_path_factory": "passed",
    f"{PLACES}::test_monkeypatch": "passed",
    f"{PLACES}::test_monkeypatch_is_undone": "passed",
}
