from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule


class Counting(RuleBasedStateMachine):
    keys = Bundle("keys")

    def __init__(self):
        super().__init__()
        self.model = {}

    @rule(target=keys, key=st.text("ab", max_size=3))
    def add(self, key):
        self.model[key] = self.model.get(key, 0) + 1
        return key

    @rule(key=keys)
    def look(self, key):
        assert key in self.model

    @invariant()
    def positive(self):
        assert all(number > 0 for number in self.model.values())


TestCounting = Counting.TestCase
TestCounting.settings = settings(max_examples=5, stateful_step_count=5)
