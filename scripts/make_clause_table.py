"""Counts where clauses begin and end in the clean sources; makes scripts/govwork_build/tables/clauses.tsv.

For each character and each pair of characters: how often it stands within a clause, how often a clause ends with
it, how often one begins with it. Only counts are kept, of pairs seen at least twice; no sentence can be read off.

Run from the repository root: python scripts/make_clause_table.py
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

CLEAN_SOURCES = ("000_b52ee32343afb043.txt", "001_e058f7d44d9cf51c.txt", "004_691ca3d4065d2225.txt")
TABLE = Path("scripts/govwork_build/tables/clauses.tsv")
# What parts clauses; 、 and quotation marks part words and names, not clauses.
CLAUSE_END = re.compile(r"[,。;:!?\s()《》【】•]+|(?<=[。!?])[”’]")
KEPT = re.compile(r"[\u3400-\u9fff0-9A-Za-z%“”、]+")


def count(texts: list[str]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """How often each character and pair occurs, ends a clause, and begins one."""
    seen: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    for text in texts:
        for clause in CLAUSE_END.split(text):
            for piece in KEPT.findall(clause):
                seen.update(piece)
                seen.update(piece[i : i + 2] for i in range(len(piece) - 1))
                begins.update({piece[0], piece[:2]})
                ends.update({piece[-1], piece[-2:]})
    return seen, ends, begins


def main() -> None:
    texts = [(Path("corpus/sources") / name).read_text("utf-8") for name in CLEAN_SOURCES]
    seen, ends, begins = count(texts)
    rows = [f"{key}\t{seen[key]}\t{ends[key]}\t{begins[key]}\n" for key in sorted(seen) if seen[key] > 1]
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("".join(rows), "utf-8")
    print(f"{TABLE}: {len(rows)} rows from {len(texts)} sources")


if __name__ == "__main__":
    main()
