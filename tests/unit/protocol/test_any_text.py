"""Texts that are no UTF-8."""

from __future__ import annotations

import execnet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.protocol.any_text import concealed, conceals, revealed

TEXTS = st.text(st.characters(), max_size=3) | st.sampled_from(["caf\udce9", "\udcff"])
ATOMS = TEXTS | st.none() | st.booleans() | st.floats(allow_nan=False) | st.binary(max_size=3)
DATA = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXTS, inner, max_size=3)
        | st.tuples(inner, inner)
        | st.frozensets(ATOMS, max_size=3)
    ),
)


@given(data=DATA)
def test_whatever_is_in_data_comes_back(data: object) -> None:
    """On the way it is nothing that execnet refuses."""
    assert revealed(execnet.loads(execnet.dumps(concealed(data)))) == data


@pytest.mark.parametrize("data", [{"cwd": "/srv/caf\udce9"}, {"\udce9": 1}, [("\udcff",)]])
def test_what_execnet_refuses_can_be_seen(data: object) -> None:
    """So nobody has to look for it where there is none."""
    with pytest.raises(execnet.DumpError):
        execnet.dumps(data)
    assert conceals(execnet.dumps(concealed(data)))
    assert not conceals(execnet.dumps({"cwd": "/srv/café"}))
