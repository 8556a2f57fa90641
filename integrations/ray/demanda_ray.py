"""Trains a dataset of sales with demanda on a Ray cluster: one task a shard.

Every node needs Node 24 or later, demanda (``npm install -g demanda``), and the folders of input and output at the same
path. A shard that was finished is not trained again, so that the same call goes on after anything was lost.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence

import ray

BAD_INPUT = 2


class BadInput(ValueError):
    """Refused by demanda, in its own words: trying again would not help."""


class ShardFailed(RuntimeError):
    """A shard that may go well another time: Ray tries it again."""


def run(command: Sequence[str]) -> dict:
    """Runs demanda and gives the line of JSON that it ends with.

    Raises ``BadInput`` where the input is refused, ``ShardFailed`` for every other failure.
    """
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return json.loads(done.stdout.strip().splitlines()[-1])
    words = done.stderr.strip() or f"{command[0]} ended with {done.returncode}"
    raise BadInput(words) if done.returncode == BAD_INPUT else ShardFailed(words)


@ray.remote(max_retries=3, retry_exceptions=[ShardFailed])
def train_shard(command: Sequence[str], shard: int, shards: int) -> dict:
    return run([*command, "--shard", f"{shard}/{shards}"])


def train(
    sales: str,
    output: str,
    shards: int,
    *,
    knowledge: str | None = None,
    cpus_per_shard: int = 1,
    demanda: Sequence[str] = ("demanda",),
) -> dict:
    """Trains every cell of ``sales`` and writes prices, forecasts, models, runs and failures under ``output``.

    sales: file, folder, glob or partitioned dataset of Parquet or CSV, as all nodes see it.
    output: folder that all nodes see.
    shards: into how many parts the cells are divided, >= 1; the results do not depend on it.
    knowledge: a file that ``demanda prepare`` wrote; learned here, into ``output``/knowledge, unless given.
    Returns the totals of ``demanda collect``.
    """
    if knowledge is None:
        knowledge = f"{output.rstrip('/')}/knowledge"
        prepare = ray.remote(max_retries=3, retry_exceptions=[ShardFailed])(run)
        ray.get(prepare.options(num_cpus=cpus_per_shard).remote([*demanda, "prepare", "--input", sales, "--output", knowledge]))
    command = [
        *demanda, "train", "--input", sales, "--knowledge", knowledge, "--output", output,
        "--workers", str(cpus_per_shard),
    ]
    task = train_shard.options(num_cpus=cpus_per_shard)
    ray.get([task.remote(command, shard, shards) for shard in range(shards)])
    return run([*demanda, "collect", output])
