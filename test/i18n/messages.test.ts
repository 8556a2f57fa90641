import { describe, expect, it } from 'vitest';
import { es as spanishErrors } from '../../src/errors/es.ts';
import { FLAG_WORDS } from '../../src/i18n/catalogue.ts';
import { cli } from '../../src/i18n/es/cli.ts';
import { web } from '../../src/i18n/es/web.ts';
import { translator } from '../../src/i18n/messages.ts';

describe('messages', () => {
  it('agree with a count', () => {
    const [es, en] = [translator('es'), translator('en')];
    expect(es('trained', { done: 1, failed: 0, seconds: '1,4' })).toBe('1 modelo entrenado en 1,4 s, 0 con fallo.');
    expect(es('trained', { done: 3, failed: 0, seconds: '1,4' })).toBe('3 modelos entrenados en 1,4 s, 0 con fallo.');
    expect(en('trained', { done: 1, failed: 0, seconds: '1.4' })).toBe('1 model trained in 1.4 s, 0 failed.');
    expect(es('adviceEnough', { iterations: '1' })).toContain('basta 1 iteración;');
    expect(es('adviceEnough', { iterations: '7431' })).toContain('bastan 7431 iteraciones;');
  });
  it('in Spanish name commands and options by their Spanish names', () => {
    const english = new Set(Object.values(FLAG_WORDS.es.options));
    const commands = [
      'import|train|models|show|history|compare|recommend|forecast|backtest|settings|serve|audit|sessions|doctor',
      'backup|restore|rollback|export|delete',
    ].join('|');
    for (const [key, words] of Object.entries({ ...spanishErrors.sentences, ...cli, ...web })) {
      for (const [option] of words.matchAll(/--[a-z]+(-[a-z]+)*/g))
        expect(english.has(option), `${key}: ${option}`).toBe(false);
      expect(words, key).not.toMatch(new RegExp(`demanda (\\w+ )?(${commands})\\b`));
    }
  });
});
