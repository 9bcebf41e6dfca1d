"""The command line, the same for every worker:

python -m jobs.NAME                 take jobs from the queue NAME until SIGTERM
python -m jobs.NAME --once          one message from standard input, the next one to standard output
python -m jobs.NAME --self-test     process the step's sample in a store of its own; 0 if the result is as expected
"""

import argparse
import logging
import sys
from collections.abc import Sequence

from jobs.base.environment import text
from jobs.base.message import Message
from jobs.base.step import Step
from jobs.base.store import Store
from jobs.base.worker import consume


def run(step: Step, argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m jobs.{step.name}")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="one message from standard input to standard output")
    how.add_argument("--self-test", action="store_true", help="do the sample job, no broker needed")
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=text("LOG_LEVEL", "INFO"), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # the worker itself logs a lost broker

    if arguments.self_test:
        return 0 if step.self_test() else 1
    if arguments.once:
        print(step.do(Message.from_json(sys.stdin.read()), Store.from_environment()).to_json())
        return 0
    consume(step, Store.from_environment())
    return 0
