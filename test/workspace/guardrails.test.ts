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

it('guardrails that no price can keep are refused when they are set, with those of the scopes around, and nothing is kept', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'sales.csv'), 'date,merchant,product,quantity,price\n2025-01-01,A,p,5,2\n');
  const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  await workspace.importFiles([join(folder, 'sales.csv')]);
  const refused = { code: 'GUARDRAILS_CONTRADICT' };
  await expect(workspace.setGuardrails({}, { minPrice: 9, maxPrice: 4 })).rejects.toMatchObject(refused);
  await workspace.setGuardrails({}, { maxPrice: 4 });
  await expect(workspace.setGuardrails({ merchant: 'A' }, { minPrice: 9 })).rejects.toMatchObject(refused);
  expect((await workspace.guardrailsAt({ merchant: 'A' })).own).toEqual({});
  await expect(workspace.recommend({ guardrails: { minPrice: 5, maxPrice: 3 } })).rejects.toMatchObject(refused);
  await workspace.setSettings({ currency: 'CLP' });
  await expect(workspace.setGuardrails({}, { priceEnding: '.99' })).rejects.toMatchObject({
    code: 'PRICE_ENDING_COIN',
  });
  await workspace.setGuardrails({}, { maxPrice: null, priceEnding: '90' });
  await workspace.close();
});
