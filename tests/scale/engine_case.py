"""One pipeline for all engines, run in a process of its own: `python engine_case.py FOLDER CASE`."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from datatrove.data import DocumentsPipeline
from datatrove.executor import LocalPipelineExecutor, RayPipelineExecutor, SlurmPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from govwork_build.scale.normalize_step import NormalizeChinese

FILES, PAGES = 8, 12
SOURCES = Path(__file__).parents[2] / "corpus" / "sources"


@dataclass(frozen=True)
class Case:
    """How the pipeline is run: on Ray by its `address`, and with whom the middle of a task kills."""

    engine: Literal["local", "ray", "slurm"]
    workers: int
    name: str
    address: str = ""
    kills: Literal["", "self", "executor", "parent"] = ""
    seconds: int | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class NoteProcess(PipelineStep):  # type: ignore[misc]  # datatrove is not typed
    """Notes where each task begins: a line of its rank, the raylet that it runs under, and its process."""

    type = "📝 - TEST"
    name = "note"

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        with self.file.open("a") as file:
            file.write(f"{rank} {os.environ.get('RAY_RAYLET_PID', 0)} {os.getpid()}\n")
        yield from data


class KillOnce(PipelineStep):  # type: ignore[misc]
    """Kills, in the middle of the third task and only the first time, its own process and who else is named."""

    type = "💥 - TEST"
    name = "kill"

    def __init__(self, kills: str, marker: Path) -> None:
        super().__init__()
        self.kills = kills
        self.marker = marker
        self.executor = os.getpid()

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        for number, document in enumerate(data):
            yield document
            if self.kills and rank == 2 and number == PAGES // 2 and not self.marker.exists():
                self.marker.touch()
                if self.kills != "self":
                    os.kill(self.executor if self.kills == "executor" else os.getppid(), signal.SIGKILL)
                os.kill(os.getpid(), signal.SIGKILL)


def write_inputs(folder: Path) -> None:
    """Pieces of the sources, damaged and not, in some files."""
    texts = [source.read_text("utf-8") for source in sorted(SOURCES.glob("*.txt"))]
    pieces = [text[start : start + 300] for start in range(0, 300 * FILES * PAGES, 300) for text in texts]
    folder.mkdir()
    for file in range(FILES):
        own = pieces[file * PAGES : (file + 1) * PAGES]
        rows = [json.dumps({"id": f"{file}/{i}", "text": text}) for i, text in enumerate(own)]
        (folder / f"{file}.jsonl").write_text("\n".join(rows) + "\n")


def content_hash(folder: Path) -> str:
    """Of all rows of the output, by their id, each but once."""
    rows = [json.loads(line) for file in folder.iterdir() for line in file.read_text("utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) == FILES * PAGES
    assert sum(row["metadata"]["damage"]["runs_undone"] for row in rows)
    lines = [json.dumps(row, sort_keys=True, ensure_ascii=False) for row in sorted(rows, key=lambda row: row["id"])]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def steps(folder: Path, case: Case) -> list[Any]:
    """Read, normalise, write; and what the tests look at and do between."""
    return [
        JsonlReader(str(folder / "in")),
        NoteProcess(folder / f"{case.name}.noted"),
        NormalizeChinese(trace="full"),
        JsonlWriter(str(folder / case.name), "${rank}.jsonl", compression=None),
        KillOnce(case.kills, folder / f"{case.name}.killed"),
    ]


def executor(folder: Path, case: Case) -> Any:
    """The executor of a case."""
    logs = str(folder / f"{case.name}.logs")
    if case.engine == "ray":
        return RayPipelineExecutor(
            steps(folder, case), FILES, case.workers, logging_dir=logs, mem_per_cpu_gb=0.5, time=case.seconds
        )
    if case.engine == "slurm":
        return SlurmPipelineExecutor(
            steps(folder, case),
            tasks=2,
            time="01:00:00",
            partition="cpu",
            workers=case.workers,
            logging_dir=logs,
        )
    return LocalPipelineExecutor(steps(folder, case), FILES, case.workers, logging_dir=logs)


def main() -> None:
    folder, case = Path(sys.argv[1]), Case(**json.loads(sys.argv[2]))
    if case.engine == "ray":
        import ray

        ray.init(address=case.address, log_to_driver=False)
    executor(folder, case).run()


if __name__ == "__main__":
    # Under its own name, by which workers find the steps too.
    import engine_case

    engine_case.main()
