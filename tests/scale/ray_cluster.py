"""A Ray cluster of two nodes on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from skipping import needs

HERE = Path(__file__).parent


@contextmanager
def ray_cluster() -> Iterator[str]:
    """Starts two nodes, each with room for one task, and stops them; their address. Skips where Ray is missing."""
    needs("ray", "aiohttp")
    from ray.cluster_utils import Cluster

    # In a folder of its own, for Ray notes there where the last cluster is; its sockets need a short path.
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as own:
        node: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 80 << 20}
        (Path(own) / "ray").mkdir()
        patch.setenv("RAY_TMPDIR", own)
        # Raylets hand their environment on to those who work.
        patch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), *filter(None, sys.path)]))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        cluster: Any = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
        try:
            cluster.add_node(**node)
            yield cluster.address
        finally:
            cluster.shutdown()
