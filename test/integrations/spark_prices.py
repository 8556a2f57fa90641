"""Prices of a file of sales, trained by Spark in local mode; a line of JSON."""

import json
import sys

from pyspark.sql import SparkSession

wrapper, sales, knowledge, partitions, keep, *demanda = sys.argv[1:]
sys.path.insert(0, wrapper)
from demanda_spark import train  # noqa: E402

spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.task.maxFailures", "1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
rows = spark.read.csv(sales, header=True, inferSchema=True)
prices = train(
    rows, knowledge, partitions=int(partitions), merchant="comerciante", product="producto", keep=keep, demanda=demanda
)
print(json.dumps([row.asDict() for row in prices.collect()], default=str))
