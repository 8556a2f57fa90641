import { describe, expect, it } from 'vitest';
import { applyGuardrails, DEFAULT_GUARDRAILS } from '../../src/core/pricing/guardrails.ts';
import { refusalWords } from '../../src/errors/system-words.ts';
import { actorWords, deciderWords, detailWords } from '../../src/i18n/audit-words.ts';
import {
  guardrailRuleWord,
  guardrailWord,
  lineRuleStateWord,
  lineRuleWord,
  reasonWord,
  unitWord,
} from '../../src/i18n/code-words.ts';

/** Blanks that do not break are blanks. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('words of guardrails', () => {
  const facts = { unitCost: 2, todayPrice: 10, triedRange: [9, 11] as const, marketPrice: 10 };
  const stepOf = (settings: Partial<typeof DEFAULT_GUARDRAILS>) => {
    const off = { neverBelowCost: false, minMargin: null, maxChange: null, triedRangeMargin: null, marketBand: null };
    const [step] = applyGuardrails(30, { ...DEFAULT_GUARDRAILS, ...off, ...settings }, facts).steps;
    return step as NonNullable<typeof step>;
  };

  it('say the figure that held, whatever it was set to', () => {
    expect(plain(guardrailWord(stepOf({ triedRangeMargin: 0 }), 'EUR', 'en'))).toBe('prices tried ± 0%: 30.00 → 11.00');
    expect(plain(guardrailWord(stepOf({ triedRangeMargin: 0.25 }), 'EUR', 'es'))).toBe(
      'precios ya probados ± 25 %: 30,00 → 13,75',
    );
    expect(plain(guardrailWord(stepOf({ maxChange: 0.075 }), 'EUR', 'en'))).toBe(
      'largest change ± 7.5%: 30.00 → 10.75',
    );
    expect(plain(guardrailWord(stepOf({ marketBand: 0.05 }), 'EUR', 'es'))).toBe(
      'cerca del precio de mercado ± 5 %: 30,00 → 10,50',
    );
    expect(plain(guardrailWord(stepOf({ priceEnding: '.49' }), 'EUR', 'en'))).toBe('price ending .49: 30.00 → 30.49');
  });

  it('say no figure of a recommendation that was kept before figures were', () => {
    expect(guardrailRuleWord({ rule: 'tried-range' }, 'en')).toBe('prices tried');
    expect(guardrailRuleWord({ rule: 'never-below-cost' }, 'es')).toBe('nunca bajo el costo');
  });
});

it('guardrails that leave no price are named with what each asks for, in coins of the currency', () => {
  const conflict = {
    atLeast: { rule: 'min-margin', price: 12, setting: 0.5 },
    atMost: { rule: 'max-change', price: 11.5, setting: 0.15 },
  } as const;
  const said = (currency: string, lang: 'en' | 'es') =>
    plain(reasonWord('GUARDRAILS_CONFLICT', { conflict }, currency, lang));
  expect(said('EUR', 'en')).toBe(
    'guardrails leave no price: at least 12.00 (minimum margin 50%), at most 11.50 (largest change ± 15%)',
  );
  expect(said('KWD', 'es')).toBe(
    'los límites no dejan ningún precio: al menos 12,000 (margen mínimo 50 %), como mucho 11,500 (cambio máximo ± 15 %)',
  );
});

it('a unit is a word, whatever files and published prices keep pieces as', () => {
  expect([unitWord('ud', 1, 'es'), unitWord('ud', 2, 'es'), unitWord('unit', 3, 'en')]).toEqual([
    'unidad',
    'unidades',
    'units',
  ]);
  expect(unitWord('kg', 2, 'es')).toBe('kg');
});

it('what was changed of the alerts is named in words', () => {
  const detail = { alerts: 'webhook, digestAt, alerts-webhook' };
  expect(detailWords(detail, 'es')).toBe('dirección web, hora del aviso diario, secreto de la dirección web');
  expect(detailWords(detail, 'en')).toBe('web address, hour of the daily message, secret of the web address');
});

it('why a connection failed is said in words, whatever it was doing', () => {
  expect(refusalWords('connect ECONNREFUSED 192.0.2.1:443', 'es')).toBe('nadie contesta en esa dirección');
  expect(refusalWords('getaddrinfo ENOTFOUND hooks.example.com', 'en')).toBe('no computer of this name is found');
  expect(refusalWords('The operation was aborted due to timeout', 'es')).toBe('no contestó a tiempo');
  expect(refusalWords('self-signed certificate', 'en')).toBe('its certificate is not in order');
  expect(refusalWords('Invalid login: 535', 'en')).toBe('Invalid login: 535');
});

it('who decided and who began a training are named in words, never by a code', () => {
  expect(deciderWords({ decidedBy: 'owner:1', decidedByName: 'owner' }, 'es')).toBe('este equipo');
  expect(deciderWords({ decidedBy: 'key:c8be', decidedByName: 'caja' }, 'es')).toBe('clave «caja»');
  expect(deciderWords({ decidedBy: null, decidedByName: null }, 'en')).toBeNull();
  expect(actorWords('training:9', 'owner', 'es')).toBe('entrenamiento que empezó «este equipo»');
});

it('a rule between products is said with its limit, and what it costs with its measure', () => {
  const rule = { products: ['Tinto', 'Blanco'], limit: 0.125, state: 'binding', shadowPrice: 3.456 } as const;
  expect(lineRuleWord({ ...rule, kind: 'gap' }, 'es')).toBe('Tinto cuesta menos que Blanco, al menos un 12,5\u00a0%');
  expect(lineRuleWord({ ...rule, kind: 'family' }, 'en')).toBe('Tinto, Blanco move together');
  expect(lineRuleWord({ ...rule, kind: 'changes', limit: 3 }, 'en')).toBe('prices that change: at most 3');
  expect(lineRuleStateWord({ ...rule, kind: 'index' }, 'EUR', 'en')).toBe(
    'holds prices back: one percent more room would earn 3.46 EUR',
  );
  expect(lineRuleStateWord({ ...rule, kind: 'changes' }, 'EUR', 'es')).toBe(
    'frena los precios: sin este límite se ganarían 3,46 EUR más',
  );
  expect(lineRuleStateWord({ ...rule, kind: 'changes', state: 'kept', shadowPrice: null }, 'EUR', 'en')).toBe(
    'kept, costs nothing',
  );
});
