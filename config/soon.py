"""A task backend for work after the response, such as email, so that its duration is not noticeable.

`tasks.py` of each app uses it with `@task(backend="soon")`. One thread of this process runs the tasks, after the
transaction commits and the response is sent. So email needs no other process, and a slow mail server blocks neither
a page nor a lock. On a normal shutdown the process finishes its tasks; if it is killed, they are lost,
so users can ask for all of this work again.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.db import connections, transaction
from django.tasks.backends.immediate import ImmediateBackend
from django.tasks.base import Task, TaskResult, TaskResultStatus
from django.utils.crypto import get_random_string


class SoonBackend(ImmediateBackend):
    """Run tasks one after the other in one thread.

    OPTIONS: `pause`, seconds before a task starts, so that it does not slow down the response.
    """

    #: One per process, because Django creates a backend per thread.
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kith-soon")

    def enqueue(self, task: Task, args: list[Any], kwargs: dict[str, Any]) -> TaskResult:
        """Enqueue a task after the transaction commits."""
        self.validate_task(task)
        result = TaskResult(
            task=task,
            id=get_random_string(32),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        transaction.on_commit(partial(self.pool.submit, self._run, result), robust=True)
        return result

    def _run(self, result: TaskResult) -> None:
        time.sleep(self.options.get("pause", 0))
        try:
            self._execute_task(result)
        finally:
            connections.close_all()
