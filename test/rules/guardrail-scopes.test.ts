import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type GuardrailScope, guardrailKey, guardrailKeys } from '../../src/rules/guardrail-scopes.ts';

const name = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom('A', 'A/B', 'B/C', '/', '"', '["A","B"]', ',', 'null', '\\', ''),
);
const scope: fc.Arbitrary<GuardrailScope> = fc.record({ merchant: name, productType: name }, { requiredKeys: [] });

it('no two scopes share their guardrails, whatever their names hold', () => {
  expect(guardrailKey({ merchant: 'A/B', productType: 'C' })).not.toBe(
    guardrailKey({ merchant: 'A', productType: 'B/C' }),
  );
  fc.assert(
    fc.property(scope, scope, (a, b) => {
      const same = a.merchant === b.merchant && a.productType === b.productType;
      expect(guardrailKey(a) === guardrailKey(b)).toBe(same);
    }),
    { numRuns: 1_000 },
  );
});

it('what holds for a merchant and type goes from the workspace to the type, the merchant, and both', () => {
  expect(guardrailKeys('Ana', 'Fruta')).toEqual([
    'guardrails:',
    'guardrails:[null,"Fruta"]',
    'guardrails:["Ana",null]',
    'guardrails:["Ana","Fruta"]',
  ]);
});
