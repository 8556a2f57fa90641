"""Trains a Spark DataFrame of sales with demanda: every partition by the demanda program, on the executor that has it,
through ``mapInArrow`` (the form of ``mapInPandas`` that keeps types and passes rows on as they come).

Every executor needs Node 24 or later and demanda (``npm install -g demanda``). The rows of a partition go to a
temporary Parquet file as they come, and the prices come back as rows: neither is ever in the memory of Python as a
whole.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame


# The columns of demanda's table `prices`, schema 1.
PRICES = {
    "merchant": "string",
    "product": "string",
    "product_type": "string",
    "unit": "string",
    "currency": "string",
    "model_id": "string",
    "from_day": "date",
    "to_day": "date",
    "horizon_days": "int",
    "horizon": "int",
    "horizon_unit": "string",
    "price": "double",
    "unconstrained_price": "double",
    "recommended": "boolean",
    "probability_better": "double",
    "expected_demand": "double",
    "expected_demand_low": "double",
    "expected_demand_high": "double",
    "expected_profit": "double",
    "expected_profit_low": "double",
    "expected_profit_high": "double",
    "current_price": "double",
    "current_demand": "double",
    "current_profit": "double",
    "unit_cost": "double",
    "reasons": "string",
    "guardrails": "string",
    "conflict": "string",
    "assumptions": "string",
}


class DemandaFailed(RuntimeError):
    """What demanda said, in its own words."""


def train(
    sales: "DataFrame",
    knowledge: str,
    *,
    partitions: int | None = None,
    merchant: str = "merchant",
    product: str = "product",
    keep: str | None = None,
    threads: int = 1,
    demanda: Sequence[str] = ("demanda",),
) -> "DataFrame":
    """Trains every merchant x product of ``sales`` and gives a row of recommended price for each.

    sales: columns as ``demanda import`` knows them, in one language or the other.
    knowledge: file that ``demanda prepare`` wrote, read on the driver and sent along: all partitions train with it.
    partitions: how many; Spark's number of shuffle partitions unless told. The prices do not depend on it.
    merchant, product: the columns whose values name a cell.
    keep: folder that all executors see; forecasts, models, runs and failures of every partition are put there as well.
    threads: of each partition's program; ``spark.task.cpus`` should be the same.
    Returns a DataFrame with the columns of ``prices`` (guide, "Many machines").
    """
    # Executors need not have this file.
    from pyspark import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    with open(knowledge, "rb") as file:
        learned = file.read()
    partitioned = (
        sales.repartition(merchant, product)
        if partitions is None
        else sales.repartition(partitions, merchant, product)
    )
    command = tuple(demanda)

    def prices(batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
        yield from _partition(batches, learned, command, keep, threads)

    return partitioned.mapInArrow(prices, ", ".join(f"`{name}` {kind}" for name, kind in PRICES.items()))


def _partition(
    batches: Iterator["pa.RecordBatch"], learned: bytes, command: tuple[str, ...], keep: str | None, threads: int
) -> Iterator["pa.RecordBatch"]:
    import pyarrow.parquet as pq
    from pyspark import TaskContext

    context = TaskContext.get()
    number = context.partitionId() if context else 0
    with tempfile.TemporaryDirectory(prefix="demanda-") as folder:
        sales = os.path.join(folder, "sales.parquet")
        writer = None
        for batch in batches:
            if writer is None:
                writer = pq.ParquetWriter(sales, batch.schema)
            writer.write_batch(batch)
        if writer is None:
            return
        writer.close()
        knowledge = os.path.join(folder, "knowledge")
        with open(knowledge, "wb") as file:
            file.write(learned)
        output = os.path.join(folder, "output")
        _run([
            *command, "train", "--input", sales, "--knowledge", knowledge, "--output", output, "--shard", "0/1",
            "--workers", str(threads),
        ])
        if keep is not None:
            _keep(output, keep, number)
        for name in sorted(os.listdir(os.path.join(output, "prices"))):
            with pq.ParquetFile(os.path.join(output, "prices", name)) as file:
                yield from file.iter_batches(columns=list(PRICES))


def _run(command: Sequence[str]) -> dict:
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DemandaFailed(done.stderr.strip() or f"{command[0]} ended with {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def _keep(output: str, keep: str, number: int) -> None:
    """Each file whole or not at all: a partition that Spark tries twice writes the same bytes under the same name."""
    for kind in ("forecasts", "models", "runs", "failures"):
        source = os.path.join(output, kind)
        if not os.path.isdir(source):
            continue
        os.makedirs(os.path.join(keep, kind), exist_ok=True)
        for name in os.listdir(source):
            target = os.path.join(keep, kind, f"part-{number:05d}.parquet")
            unfinished = f"{target}.{os.getpid()}.tmp"
            shutil.copyfile(os.path.join(source, name), unfinished)
            os.replace(unfinished, target)
