"""Phase reviews: plugins are told of phases and waves that are over, and may be against more."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import pytest

from pytest_agentorch.controller.shell import Shell
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
    """Asks plugins when all else that was decided has been done."""

    def __init__(self, shell: Shell, now: Callable[[], float]) -> None:
        self._shell = shell
        self._now = now
        self._asked: deque[ReviewPhase] = deque()

    def add(self, command: ReviewPhase) -> None:
        """Take note of what is to be reviewed."""
        self._asked.append(command)

    def answers(self) -> Iterator[PhaseReviewed]:
        """Ask, one after the other."""
        while self._asked:
            command = self._asked.popleft()
            vetoes = tuple(self._vetoes(command))
            yield PhaseReviewed(
                phase=command.phase, wave=command.wave, vetoes=vetoes, at=self._now()
            )

    def _vetoes(self, command: ReviewPhase) -> list[Veto]:
        try:
            answers = self._ask(command)
            return [veto for answer in answers for veto in _vetoes_of(answer)]
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


def _vetoes_of(answer: object) -> Iterator[Veto]:
    """What an answer of a plugin is made of.

    Raises:
        TypeError: it is something else.
    """
    for veto in answer if isinstance(answer, list | tuple) else [answer]:
        if not isinstance(veto, Veto):
            raise TypeError(f"it has answered {veto!r:.80}, which is no Veto")
        phases = veto.phases
        is_list = isinstance(phases, list | tuple) and all(isinstance(p, str) for p in phases)
        if not is_list or not isinstance(veto.reason, str):
            raise TypeError(f"{veto!r:.120}: the reason is a text, and the phases a list of names")
        yield replace(veto, phases=tuple(phases))
