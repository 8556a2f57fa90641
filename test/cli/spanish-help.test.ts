import { expect, it } from 'vitest';
import { demandas } from '../support/command.ts';

const COMMANDS = [
  ...['demo', 'import', 'train', 'models', 'show', 'history', 'compare', 'recommend', 'forecast', 'backtest'],
  ...['settings', 'serve', 'audit', 'sessions', 'doctor', 'backup', 'restore'],
];
/** What is typed as it stands in either language, or is the same word in both. */
const SAME = /^(n|i\/n|id|off|es\|en|exact\|stochastic|live\|candidate)$/;

it('Spanish help says in Spanish what every command and option takes', () => {
  const ended = demandas(
    [[], ...COMMANDS.map((name) => [name])].flatMap((command) =>
      ['en', 'es'].map((lang) => [...command, '--help', '--lang', lang]),
    ),
  );
  expect(ended.map(({ code, err }) => [code, err])).toEqual(ended.map(() => [0, '']));
  const taken = (help: string): string[] =>
    [...help.matchAll(/[<[](\p{Ll}[^>\]]*)[>\]]/gu)].map(([, word = '']) => word);
  let seen = 0;
  for (let i = 0; i < ended.length; i += 2) {
    const [english, spanish] = [taken(ended[i]?.out ?? ''), taken(ended[i + 1]?.out ?? '')];
    expect(spanish.length).toBe(english.length);
    seen += english.length;
    for (const word of english)
      if (!SAME.test(word)) expect(spanish, `${COMMANDS[i / 2 - 1]} ${word}`).not.toContain(word);
  }
  expect(seen).toBeGreaterThan(100);
});
