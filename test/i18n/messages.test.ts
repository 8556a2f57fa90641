import { describe, expect, it } from 'vitest';
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
});
