"""Totals of a folder of sales, trained by Ray on this machine; a line of JSON."""

import json
import sys

import ray

wrapper, sales, output, shards, *demanda = sys.argv[1:]
sys.path.insert(0, wrapper)
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env={"env_vars": {"PYTHONPATH": wrapper}})
import demanda_ray  # noqa: E402

try:
    print(json.dumps(demanda_ray.train(sales, output, int(shards), demanda=demanda)))
except demanda_ray.BadInput as refused:
    print(json.dumps({"refused": str(refused)}))
