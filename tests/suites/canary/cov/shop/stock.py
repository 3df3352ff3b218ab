"""Stock: used by a thread and by a process that a test starts."""

import threading


class Stock:
    def __init__(self):
        self.items = {}

    def add(self, name, number=1):
        if number < 1:
            raise ValueError(name)
        self.items[name] = self.items.get(name, 0) + number

    def take(self, name):
        if name not in self.items:
            return None
        self.items[name] -= 1
        if not self.items[name]:
            del self.items[name]
        return name

    def fill(self, names):
        threads = [threading.Thread(target=self._fill_one, args=[name]) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _fill_one(self, name):
        self.add(name, 3)

    def hidden(self):
        return len(self.items)
