import { afterAll, describe } from 'vitest';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { describeStore } from '../contracts/describe-store.ts';
import { databasesOf } from '../support/databases.ts';

const databases = await databasesOf();
if (typeof databases === 'string') describe.skip(`PostgreSQL: ${databases}`, () => {});
else {
  afterAll(() => databases.remove());
  describeStore('PostgreSQL', async () => {
    const address = await databases.migrated();
    return () => openPostgresStore(address);
  });
}
