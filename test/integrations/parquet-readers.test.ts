import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inlineExecutor } from '../../src/fleet/inline.ts';
import { SHARD_TABLES } from '../../src/workspace/shard-tables.ts';
import { prepare, trainShard } from '../../src/workspace.ts';
import { tableOf, writeDataset } from '../support/sales-dataset.ts';
import { lastingFolder } from '../support/temporary.ts';

const LONG = process.env.DEMANDA_LONG === '1';
const PACKAGES = ['duckdb==2.0.1', 'polars==2.1.0', 'pyarrow==26.0.1'];

const folder = lastingFolder();
const output = join(folder, 'out');
/** DEMANDA_PYTHON has the packages already. */
const python = process.env.DEMANDA_PYTHON ?? join(folder, 'venv/bin/python');

/** Prints, for each reader, the type of each column and the rows of each table of all shards. */
const READ = `
import json, sys
import duckdb, polars, pyarrow.dataset
out, tables = sys.argv[1], sys.argv[2].split(",")
found = {}
for table in tables:
    files = f"{out}/{table}/*.parquet"
    types = duckdb.sql(f"DESCRIBE SELECT * FROM '{files}'").fetchall()
    rows = duckdb.sql(f"SELECT count(*) FROM '{files}'").fetchall()[0][0]
    found[f"duckdb {table}"] = [rows, {name: str(type) for name, type, *_ in types}]
    frame = polars.read_parquet(files)
    found[f"polars {table}"] = [frame.height, {name: str(type) for name, type in frame.schema.items()}]
    data = pyarrow.dataset.dataset(f"{out}/{table}", format="parquet").to_table()
    found[f"pyarrow {table}"] = [data.num_rows, {field.name: str(field.type) for field in data.schema}]
prices = f"'{out}/prices/*.parquet'"
models = f"'{out}/models/*.parquet'"
joined = f"{prices} p JOIN {models} m USING (model_id) WHERE p.price > 0 AND p.to_day >= p.from_day"
found["joined"] = duckdb.sql(f"SELECT count(*) FROM {joined}").fetchall()[0][0]
same = "CAST(json_extract(document, '$.ownRows') AS INT) = own_rows"
found["json"] = duckdb.sql(f"SELECT count(*) FROM {models} WHERE {same}").fetchall()[0][0]
found["sums"] = [
    duckdb.sql(f"SELECT sum(price) FROM {prices}").fetchall()[0][0],
    polars.read_parquet(f"{out}/prices/*.parquet")["price"].sum(),
    sum(pyarrow.dataset.dataset(f"{out}/prices", format="parquet").to_table()["price"].to_pylist()),
]
print(json.dumps(found))
`;

const TYPES = {
  duckdb: {
    ...{ string: 'VARCHAR', json: 'VARCHAR', double: 'DOUBLE', int: 'INTEGER', boolean: 'BOOLEAN', date: 'DATE' },
    timestamp: 'TIMESTAMP WITH TIME ZONE',
  },
  polars: {
    ...{ string: 'String', json: 'String', double: 'Float64', int: 'Int32', boolean: 'Boolean', date: 'Date' },
    timestamp: "Datetime(time_unit='ms', time_zone='UTC')",
  },
  pyarrow: {
    ...{ string: 'string', json: 'string', double: 'double', int: 'int32', boolean: 'bool', date: 'date32[day]' },
    timestamp: 'timestamp[ms, tz=UTC]',
  },
} as const;

/** Null where they are there; why not otherwise. */
function installed(): string | null {
  if (process.env.DEMANDA_PYTHON !== undefined) return null;
  const made = spawnSync('python3', ['-m', 'venv', join(folder, 'venv')], { encoding: 'utf8' });
  if (made.status !== 0) return `no venv: ${made.stderr || made.error}`;
  const ran = spawnSync(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { encoding: 'utf8' });
  return ran.status === 0 ? null : `PyPI: ${ran.stderr.trim().split('\n').at(-1)}`;
}

describe.runIf(LONG)('the files of shards', () => {
  const missing = LONG ? installed() : null;
  if (missing !== null) console.log(`skipped: readers of Parquet cannot be installed (${missing})`);

  beforeAll(async () => {
    const [sales, knowledge] = [join(folder, 'sales'), join(folder, 'knowledge')];
    writeDataset(sales, 120);
    await prepare(sales, knowledge, { executor: inlineExecutor });
    for (const index of [0, 1, 2])
      await trainShard({ input: sales, knowledge, output, shard: { index, count: 3 }, executor: inlineExecutor });
  }, 600_000);

  it.skipIf(missing !== null)(
    'are read by DuckDB, Polars and pyarrow with their types',
    { timeout: 600_000 },
    async () => {
      writeFileSync(join(folder, 'read.py'), READ);
      const tables = Object.keys(SHARD_TABLES) as (keyof typeof SHARD_TABLES)[];
      const ran = spawnSync(python, [join(folder, 'read.py'), output, tables.join(',')], { encoding: 'utf8' });
      expect(ran.stderr).toBe('');
      const found = JSON.parse(ran.stdout) as Record<string, unknown>;
      const rows: Record<string, number> = {};
      for (const table of tables) {
        rows[table] = (await tableOf(output, table)).length;
        for (const reader of ['duckdb', 'polars', 'pyarrow'] as const) {
          const types = Object.entries(SHARD_TABLES[table]).map(([name, type]) => [
            name,
            TYPES[reader][type.replace('?', '') as keyof (typeof TYPES)['duckdb']],
          ]);
          expect(found[`${reader} ${table}`], `${reader} ${table}`).toEqual([rows[table], Object.fromEntries(types)]);
        }
      }
      expect(rows.failures).toBe(1);
      expect(found.joined).toBe(rows.prices);
      expect(found.json).toBe(rows.models);
      const sums = found.sums as [number, number, number];
      // Added in another order: a few units in the last place.
      for (const sum of sums) expect(sum).toBeCloseTo(sums[0], 9);
    },
  );
});
