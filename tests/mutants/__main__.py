"""`make mutants`: plant each fault, and see whether the tests notice. `ARGS="barging 'lost offer'"` plants only these."""

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.faults import QUEUE, Fault
from tests.mutants.faults_of_asking import ASKED
from tests.mutants.faults_of_time import BENEATH, TIME
from tests.mutants.stage import Stage, Verdict, misfits

FAULTS = (*QUEUE, *ASKED, *TIME, *BENEATH)
WORKERS = 2
GOAL = 0.95


def main(names: list[str]) -> int:
    if wrong := misfits(FAULTS):
        print("These faults cannot be planted:", *wrong, sep="\n  ")
        return 2
    if unknown := set(names) - {fault.name for fault in FAULTS}:
        print("There are no such faults:", *sorted(unknown), sep="\n  ")
        return 2
    faults = [fault for fault in FAULTS if not names or fault.name in names]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage.of_the_program(Path(folder) / "0")
        for tests in dict.fromkeys(fault.tests for fault in faults):
            if broken := stage.check(tests):
                print(f"Without any fault {broken} fails already.")
                return 2
        others = [stage.another(Path(folder) / str(number)) for number in range(1, WORKERS)]
        verdicts = _plant_all([stage, *others], faults)
    caught = sum(bool(verdict.caught_by) for verdict in verdicts)
    share = caught / len(verdicts)
    print(f"\n{len(verdicts)} faults planted, {caught} caught ({share:.0%}), {time.monotonic() - began:.0f} s")
    return 0 if share >= GOAL else 1


def _plant_all(stages: list[Stage], faults: list[Fault]) -> list[Verdict]:
    free = SimpleQueue[Stage]()
    for stage in stages:
        free.put(stage)

    def plant(fault: Fault) -> Verdict:
        stage = free.get()
        try:
            verdict = stage.plant(fault)
        finally:
            free.put(stage)
        how = f"caught by {verdict.caught_by}" if verdict.caught_by else "SURVIVED"
        print(f"  {verdict.seconds:5.1f} s  {fault.name}: {how}", flush=True)
        return verdict

    with ThreadPoolExecutor(len(stages)) as pool:
        return list(pool.map(plant, faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
