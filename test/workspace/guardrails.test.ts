import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('guardrails of one merchant and type hold for no other whose names only join to the same', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'sales.csv'),
    'date,merchant,product,tipo,quantity,price\n2025-01-01,A/B,p,C,5,2\n2025-01-01,A,q,B/C,5,2\n',
  );
  const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  await workspace.importFiles([join(folder, 'sales.csv')]);
  await workspace.setGuardrails({ merchant: 'A/B', productType: 'C' }, { maxChange: 0.01 });
  expect(await workspace.guardrailsAt({ merchant: 'A/B', productType: 'C' })).toMatchObject({
    own: { maxChange: 0.01 },
    effective: { maxChange: 0.01 },
  });
  const other = await workspace.guardrailsAt({ merchant: 'A', productType: 'B/C' });
  expect(other.own).toEqual({});
  expect(other.effective.maxChange).not.toBe(0.01);
  await workspace.setGuardrails({}, { maxChange: 0.2 });
  await workspace.setGuardrails({ merchant: 'a' }, { maxChange: 0.3 });
  expect((await workspace.guardrailsAt({ merchant: 'A', productType: 'B/C' })).effective.maxChange).toBe(0.3);
  expect((await workspace.guardrailsAt({ productType: 'B/C' })).effective.maxChange).toBe(0.2);
  await workspace.close();
});
