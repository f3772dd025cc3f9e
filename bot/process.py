"""How the process that answers treats its memory and its threads."""

import contextlib
import ctypes
import gc
import sys

HEAPS = 2
"""Heaps that threads share. glibc gives each one of its own and takes little back: after 900 questions in four threads
202 MB, and with two heaps 151, which stay."""
CYCLES = (50_000, 10, 10)
"""When Python looks for cycles of objects: after so many new ones, and less often among older ones (its own: 700, 10,
10). The interpreter stands still meanwhile: 40 ms with 150,000 objects, several hundred on a busy machine, and many
times while an index is opened. Hardly anything is a cycle: an index is freed when its last answer is given."""
TURN = 0.001
"""Seconds until a thread that computes lets another on that waits. With Python's own 0.005 an index takes seconds to
open beside two that answer, for after each block that is read it waits anew; and the loop waits as long."""

_M_ARENA_MAX = -8


def settle() -> None:
    """Makes the process one that answers for months: few heaps, few pauses to look through its objects, short turns.

    Call it when all modules are imported: what there is by then is never looked through again.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):  # not glibc
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*CYCLES)
    sys.setswitchinterval(TURN)
