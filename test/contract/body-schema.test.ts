import { expect, it } from 'vitest';
import { schemaOf } from '../../src/contract/options/body-schema.ts';
import { GUARDRAIL_OPTIONS, RECOMMEND } from '../../src/contract/options/price.ts';

it('takes shares and endings as people write them, and refuses what is none', () => {
  const share = schemaOf(GUARDRAIL_OPTIONS.maxChange);
  expect([0.15, '15%', '15 %', '0,15', null].map((given) => share.parse(given))).toEqual([
    0.15,
    0.15,
    0.15,
    0.15,
    null,
  ]);
  for (const given of ['', 'x', '100%', 1, -0.1, true])
    expect(share.safeParse(given).success, String(given)).toBe(false);
  const ending = schemaOf(GUARDRAIL_OPTIONS.priceEnding);
  expect([',99', '0.99', '0,05', '90'].map((given) => ending.parse(given))).toEqual(['.99', '.99', '0.05', '90']);
  expect(ending.safeParse('9').success).toBe(false);
  // A markup may be above 1.
  expect(schemaOf(RECOMMEND.assumeMarkup).parse('150 %')).toBe(1.5);
});
