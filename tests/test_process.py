"""The process that answers does not stand still to look through its objects."""

import subprocess
import sys

SETTLED = """
import gc
import sys
from bot.process import CYCLES, TURN, settle
settle()
assert gc.get_threshold() == CYCLES
assert sys.getswitchinterval() == TURN
print(gc.get_freeze_count())
"""


def test_what_is_imported_is_never_looked_through_again():
    done = subprocess.run([sys.executable, "-c", SETTLED], check=True, capture_output=True, text=True)
    assert int(done.stdout) > 1000
