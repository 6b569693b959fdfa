"""Which of our processes give way where all of them want the processor."""

import os
from contextlib import suppress
from pathlib import Path


def give_way(pid: int, niceness: int) -> None:
    """Let this process, and whatever it starts from now on, give way by so much (0 to 19).

    It leads a session of its own, and Linux's automatic groups weigh sessions before they look at
    niceness: where they are there, the group is told the same (sched(7)).
    """
    with suppress(OSError):  # it has died already, or gives way further than that
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(niceness))
