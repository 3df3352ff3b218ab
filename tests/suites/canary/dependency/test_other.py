from pytest_dependency import depends


def test_given():
    pass


def test_at_run_time(request):
    depends(request, ["test_given"])


def test_skipped_at_run_time(request):
    depends(request, ["test_missing"])
