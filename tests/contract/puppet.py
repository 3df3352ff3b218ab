"""A process that does what a contract test wants: shipped like the agent, in its place."""

if __name__ == "__channelexec__":
    import itertools
    import os
    import subprocess
    import sys
    import threading
    import time

    channel = globals()["channel"]
    start = channel.receive()
    sys.path[:] = start["sys_path"]

    from pytest_agentorch.protocol.codec import TO_AGENT, TO_CONTROLLER
    from pytest_agentorch.protocol.to_controller import TestsGivenBack

    sent, heard = itertools.count(), itertools.count()

    def say(*numbers: int) -> None:
        """Send one batch; its numbers tell it from others."""
        batch = [TestsGivenBack(tests=(n,)) for n in numbers]
        channel.send(TO_CONTROLLER.encode(batch, next(sent)))

    os.setpgid(0, 0)
    finished = threading.Event()

    def take(blob: bytes | None) -> None:
        """Repeat what was asked back; end with the wire or when told to."""
        for message in TO_AGENT.decode(blob, next(heard)) if blob is not None else ():
            if hasattr(message, "tests"):
                say(*message.tests)
        if blob is None or "FinishSession" in str(blob):
            finished.set()

    match start["do"]:
        case "echo":
            channel.setcallback(take, endmarker=None)
            say(os.getpid())
            finished.wait()
        case "talk":
            for number in range(500):
                say(number, number + 1000)
            os._exit(start["code"])
        case "repeat":
            for number in range(3):
                blob = TO_CONTROLLER.encode([TestsGivenBack(tests=(number,))], next(sent))
                channel.send(blob)
                channel.send(blob)
            os._exit(0)
        case "skip":
            say(1)
            next(sent)
            say(3)
            time.sleep(600)
        case "raise":
            raise RuntimeError("the puppet breaks")
        case "babble":
            channel.send(b"this is no message")
            time.sleep(600)
        case "orphan":
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            say(child.pid)
            os._exit(0)
        case "daemon":
            sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
            say(subprocess.Popen(sleep, start_new_session=True).pid)
            os._exit(0)
        case "close":
            say(os.getpid())
            os.closerange(0, 1024)
            time.sleep(600)
        case "interruptible":
            try:
                say(os.getpid())
                time.sleep(600)
            except KeyboardInterrupt:
                say(-2)
