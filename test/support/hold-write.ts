/** Holds a write transaction of a store until its standard input ends. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const database = new DatabaseSync(join(process.argv[2] as string, 'demanda.sqlite'));
database.exec("BEGIN IMMEDIATE; UPDATE setting SET value = 'USD';");
process.stdout.write('held\n');
process.stdin.resume().on('end', () => {
  database.exec('ROLLBACK');
  database.close();
});
