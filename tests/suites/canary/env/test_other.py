import os
import subprocess
import sys


def test_child():
    out = subprocess.check_output(
        [sys.executable, "-S", "-c", "import os; print(os.environ['CANARY_ONE'])"]
    )
    assert out.strip() == b"1"
    os.environ["CANARY_ONE"] = "2"
