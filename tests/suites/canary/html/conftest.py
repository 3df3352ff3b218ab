import pytest
from pytest_html import extras


def pytest_html_report_title(report):
    report.title = "A report of canaries"


def pytest_html_results_summary(prefix, summary, postfix):
    prefix.extend(["<p>from the conftest</p>"])


def pytest_html_results_table_header(cells):
    cells.insert(2, "<th>Description</th>")


def pytest_html_results_table_row(report, cells):
    cells.insert(2, f"<td>{getattr(report, 'description', '')}</td>")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    report.description = str(item.function.__doc__)
    if report.when == "call":
        report.extras = [*getattr(report, "extras", []), extras.text("a text")]
    return report


def pytest_metadata(metadata):
    metadata["Canary"] = "yes"
