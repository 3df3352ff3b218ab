"""Errors that tests may catch by the names that Python has for such things."""

from __future__ import annotations

import pytest

from pytest_agentorch.model import coordination_error as errors


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        (errors.NotJsonError, TypeError),
        (errors.NoMessageError, TimeoutError),
        (errors.NoMessageError, errors.AgentBusError),
        (errors.DocumentLockedError, TimeoutError),
        (errors.DocumentLockedError, errors.SharedStateError),
        (errors.UnknownAgentError, ValueError),
        (errors.NoDocumentError, KeyError),
    ],
)
def test_they_are_what_they_look_like(kind: type, base: type) -> None:
    """`except TimeoutError` will do."""
    assert issubclass(kind, base)


def test_no_document_is_told_in_words() -> None:
    """A `KeyError` would show its text in quotes."""
    assert str(errors.NoDocumentError("there is none")) == "there is none"
