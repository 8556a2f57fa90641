/** What a PostgreSQL server spends of processors, for benches on its machine. */

import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

const CLOCK_TICKS = 100;

/** Fields of a process after its name, which may hold blanks. */
export function statOf(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** The process that all others of a server are children of. */
export async function postmasterOf(address: string): Promise<number> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const postmaster = Number(statOf(rows[0]?.pid as number)[1]);
  await client.end();
  return postmaster;
}

/** Seconds of processors of a server and all that it started. */
export function serverSeconds(postmaster: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = statOf(Number(name));
      const times = stat.slice(11, 15).map(Number);
      if (Number(name) === postmaster) ticks += times.reduce((a, b) => a + b, 0);
      else if (Number(stat[1]) === postmaster) ticks += (times[0] as number) + (times[1] as number);
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks / CLOCK_TICKS;
}
