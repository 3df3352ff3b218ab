"""Phase reviews: plugins are told of phases and waves that are over, and have a say in the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import pytest

from pytest_agentorch.controller.shell import Shell
from pytest_agentorch.model.advance import Advance
from pytest_agentorch.model.event import PhaseHookFailed, PhaseReviewed
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.veto import Veto
from pytest_agentorch.orchestration.command import ReviewPhase
from pytest_agentorch.orchestration.policy import Policy


def with_reviews(policy: Policy, config: pytest.Config) -> Policy:
    """Note in a policy which reviews plugins ask for."""
    hooks = config.hook
    return replace(
        policy,
        reviews_phases=bool(hooks.pytest_agentorch_phase_finished.get_hookimpls()),
        reviews_waves=bool(hooks.pytest_agentorch_wave_finished.get_hookimpls()),
    )


class PhaseReviews:
    """Asks plugins when all else that was decided has been done, and told."""

    def __init__(self, shell: Shell, now: Callable[[], float]) -> None:
        self._shell = shell
        self._now = now
        self._asked: deque[ReviewPhase] = deque()

    @property
    def are_due(self) -> bool:
        """Whether somebody is to be asked."""
        return bool(self._asked)

    def add(self, command: ReviewPhase) -> None:
        """Take note of what is to be reviewed."""
        self._asked.append(command)

    def answers(self) -> Iterator[PhaseReviewed]:
        """Ask, one after the other."""
        while self._asked:
            command = self._asked.popleft()
            wishes = self._wishes(command)
            yield PhaseReviewed(
                phase=command.phase,
                wave=command.wave,
                vetoes=tuple(wish for wish in wishes if isinstance(wish, Veto)),
                advances=tuple(wish for wish in wishes if isinstance(wish, Advance)),
                at=self._now(),
            )

    def _wishes(self, command: ReviewPhase) -> list[Veto | Advance]:
        try:
            answers = self._ask(command)
            return [wish for answer in answers for wish in _wishes_of(answer)]
        except pytest.exit.Exception:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises
            self._shell.bus.publish(
                PhaseHookFailed(phase=command.phase, error=f"{error!r:.200}", at=self._now())
            )
            return []

    def _ask(self, command: ReviewPhase) -> list[object]:
        # Most runs have no such plugin, and are not to import this.
        from pytest_agentorch.results.phase_results import phase_results

        phase, wave = command.phase, command.wave
        results = self._shell.status.summary().tests
        some = [r for r in results if r.phase == phase] if not wave else []
        some += [results[test] for test in command.tests]
        summary = phase_results(phase, wave, some, now=self._now())
        hooks = self._shell.session.config.hook
        answers: list[object]
        if wave:
            answers = hooks.pytest_agentorch_wave_finished(phase=phase, wave=wave, summary=summary)
        else:
            answers = hooks.pytest_agentorch_phase_finished(phase=phase, summary=summary)
        return answers


def _wishes_of(answer: object) -> Iterator[Veto | Advance]:
    """What an answer of a plugin is made of.

    Raises:
        TypeError: it is something else.
    """
    for wish in answer if isinstance(answer, list | tuple) else [answer]:
        match wish:
            case Veto():
                yield replace(wish, phases=_names(wish, wish.phases, "the phases"))
            case Advance():
                if not isinstance(wish.phase, str):
                    raise TypeError(f"{wish!r:.120}: the phase is a name")
                yield replace(wish, tests=_names(wish, wish.tests, "the tests"))
            case _:
                raise TypeError(f"it has answered {wish!r:.80}, which is no Veto and no Advance")


def _names(wish: Veto | Advance, names: object, what: str) -> tuple[str, ...]:
    """Check a wish; return the names in it."""
    is_list = isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)
    if not is_list or not isinstance(wish.reason, str):
        raise TypeError(f"{wish!r:.120}: the reason is a text, and {what} a list of names")
    assert isinstance(names, list | tuple)
    return tuple(names)
