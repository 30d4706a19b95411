"""From a crawl to a dataset: WARC files in; repaired Chinese pages out, none twice, as `load_dataset` streams them.

    python scripts/examples/crawl_to_dataset.py WARCS OUT --tasks 100 --workers 8

A pipeline to copy and change. All but three steps are datatrove's own: `ChineseOnly`, `NormalizeChinese` and the
tokenizer are of GovWork-ZH. Each stage keeps in OUT/logs/STAGE which of its tasks are done, so that the same command
goes on where it was stopped; what our steps and filters left out, and why, stands in OUT/removed.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import (
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.filters import LambdaFilter
from datatrove.pipeline.readers import JsonlReader, WarcReader
from datatrove.pipeline.writers import JsonlWriter, ParquetWriter
from datatrove.utils.hashing import HashConfig

from govwork_build.damage import Damage
from govwork_build.scale.character_tokenizer import CharacterTokenizer
from govwork_build.scale.language_filter import ChineseOnly
from govwork_build.scale.normalize_step import NormalizeChinese

# 14 buckets of 8 hashes find pages of which some three quarters of all runs of five characters are the same.
# SHA-1, for xxhash, which datatrove takes by default, must be older than 4.
MINHASH = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8, hash_config=HashConfig(hash_fc="sha1"))

# A fixed schema: the first page of a file must not decide which columns it has, and of what type.
FROM_METADATA = ("url", "date", "script", "damage")
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("url", pa.string()),
        ("date", pa.string()),
        ("text", pa.string()),
        ("script", pa.string()),
        ("damage", pa.struct([(kind, pa.int64()) for kind in Damage._fields])),
    ]
)

# `datasets` takes two folders of one name with equal configs for one, and gives the rows of the first for the second
# out of its cache: so the config tells what it holds.
CARD = """---
configs:
- config_name: pages
  data_files: data/*.parquet
  default: true
  description: {digest}
---
"""


class Stage(NamedTuple):
    """Steps that run together, in so many tasks; the next stage needs all of them done."""

    name: str
    steps: list[Any]
    tasks: int


def stages(warcs: str, out: str, tasks: int) -> list[Stage]:
    """The whole way; folders may be anything that fsspec knows, as `s3://bucket/crawl`."""
    return [
        Stage("repair", repair(warcs, f"{out}/work/pages", f"{out}/removed"), tasks),
        *dedup(f"{out}/work", tasks),
        # As many tasks as those of the signatures: a duplicate is known by its task and its place there.
        Stage("write", write(f"{out}/work", f"{out}/data", f"{out}/removed"), tasks),
    ]


def repair(warcs: str, pages: str, removed: str) -> list[Any]:
    """The text of each Chinese page, its damage undone.

    Where the HTML stands in rows, a JsonlReader or ParquetReader takes the place of the WarcReader.
    """
    return [
        WarcReader(warcs, glob_pattern="*.warc*"),
        # `deduplicate` would drop a page for what stood before it in its task, and so depend on how pages are split.
        Trafilatura(favour_precision=False, deduplicate=False, timeout=30),
        # Before the repair: it knows damaged pages as Chinese, and the repair is for Chinese alone.
        ChineseOnly(_left_out(removed, "language")),
        NormalizeChinese(exclusion_writer=_left_out(removed, "refused")),
        LambdaFilter(is_mended, _left_out(removed, "damaged")),
        JsonlWriter(pages, "${rank}.jsonl.gz"),
    ]


def is_mended(page: Document) -> bool:
    """Whether hardly any damage is left: at most five places in a thousand characters."""
    damage = page.metadata["damage"]
    return bool(1000 * (damage["runs_left"] + damage["marks_lost"]) <= 5 * len(page.text))


def dedup(work: str, tasks: int) -> list[Stage]:
    """datatrove's MinHash, up to the list of pages to remove."""
    signatures, buckets, duplicates = f"{work}/signatures", f"{work}/buckets", f"{work}/duplicates"
    # datatrove's tokenizer for Chinese needs spaCy and jieba; any WordTokenizer may stand for a language.
    sign = MinhashDedupSignature(signatures, MINHASH, language=CharacterTokenizer())
    return [
        Stage("signatures", [JsonlReader(f"{work}/pages"), sign], tasks),
        Stage("buckets", [MinhashDedupBuckets(signatures, buckets, config=MINHASH)], MINHASH.num_buckets),
        Stage("cluster", [MinhashDedupCluster(buckets, duplicates, config=MINHASH)], 1),
    ]


def write(work: str, data: str, removed: str) -> list[Any]:
    """One page of each group of near duplicates, as Parquet."""
    return [
        JsonlReader(f"{work}/pages"),
        MinhashDedupFilter(f"{work}/duplicates", _left_out(removed, "duplicate")),
        ParquetWriter(data, "${rank}.parquet", "zstd", row, max_file_size=-1, schema=SCHEMA),
    ]


def row(_: ParquetWriter, page: Document) -> dict[str, Any]:
    """A row of `SCHEMA`."""
    return {"id": page.id, "text": page.text} | {name: page.metadata.get(name) for name in FROM_METADATA}


def run(warcs: Path, out: Path, tasks: int, workers: int) -> None:
    """All stages, one after the other, on this machine; docs/pipeline.md has the same on Ray and on Slurm."""
    for stage in stages(str(warcs), str(out), tasks):
        LocalPipelineExecutor(
            stage.steps, stage.tasks, min(workers, stage.tasks), logging_dir=f"{out}/logs/{stage.name}"
        ).run()
    (out / "README.md").write_text(CARD.format(digest=digest_of(out / "data")), "utf-8")


def digest_of(data: Path) -> str:
    """Of the footers of Parquet files, which tell of each column where it lies and from what to what it goes."""
    digest = hashlib.sha256()
    for path in sorted(data.glob("*.parquet")):
        digest.update(repr(pq.read_metadata(path).to_dict()).encode())
    return digest.hexdigest()


def _left_out(removed: str, why: str) -> JsonlWriter:
    return JsonlWriter(f"{removed}/{why}", "${rank}.jsonl.gz")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("warcs", type=Path, help="a folder of WARC files")
    parser.add_argument("out", type=Path, help="a folder for the dataset, its logs and what was left out")
    parser.add_argument("--tasks", type=int, default=10, help="parts that are done, and done again, as a whole")
    parser.add_argument("--workers", type=int, default=2, help="so many processes work at once")
    run(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
