import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { normalizedArguments } from '../../src/cli/arguments.ts';
import { commandOf, type OriginalProgram } from '../../src/cli/original-programs.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { COLD_START, RESUME, TRAIN } from '../../src/contract/options/train.ts';
import { installPackage, ROOT } from '../support/built.ts';
import { writeMarketFiles } from '../support/market-files.ts';
import { temporaryFolder } from '../support/temporary.ts';

const GUIDES = (['es', 'en'] as const).flatMap((lang) =>
  readdirSync(join(ROOT, 'docs/guide', lang)).map((file) => `docs/guide/${lang}/${file}`),
);
const PAGES = ['README.md', 'README.es.md', ...GUIDES];
const text = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** `npx …` of a page's code, without comments. */
function commandLines(page: string): string[] {
  return [...text(page).matchAll(/^ {4}(?:npm ci && )?(npx .*)$|`(npx [^`]+)`/gm)]
    .map((found) => ((found[1] ?? found[2]) as string).replace(/ +# .*$/, '').trim())
    .filter((line) => !line.startsWith('npx node'));
}

/** As a shell would split it; the documentation quotes with " alone. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((found) => (found[1] ?? found[2]) as string);
}

function programBlocks(page: string): string[] {
  return [...text(page).matchAll(/```js\n([\s\S]*?)```/g)].map((found) => found[1] as string);
}

describe('what the documentation says to type', () => {
  it.each(PAGES)('is understood: %s', async (page) => {
    const lines = commandLines(page);
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) {
      const [, program, ...args] = words(line) as [string, string, ...string[]];
      const normalized = normalizedArguments(args);
      const command = program === 'demanda' ? normalized : commandOf(program as OriginalProgram, normalized);
      if (command === null || command.length === 0) continue;
      let ran = '';
      const demanda = buildProgram('en').configureOutput({ writeErr: (message) => expect.fail(`${line}: ${message}`) });
      for (const made of demanda.commands) made.action(() => void (ran = made.name()));
      await demanda.parseAsync(command, { from: 'user' });
      expect(ran, line).not.toBe('');
    }
  });

  it.each(PAGES)('names no option that does not exist: %s', (page) => {
    const known = new Set(
      buildProgram('en').commands.flatMap((command) => command.options.map((option) => option.long)),
    );
    known.add('--help');
    const named = [...text(page).matchAll(/(?<![\w-])--[a-z][a-z_-]+/g)].map(
      (found) => normalizedArguments([found[0]])[0] as string,
    );
    // These are flags of the original programs themselves.
    const flags = new Set(['--list', '--compare', '--analyze']);
    // Of pg_dump.
    flags.add('--enable-row-security');
    for (const option of named) expect(known.has(option) || flags.has(option), `${page}: ${option}`).toBe(true);
  });

  it('gives the defaults that the code has, and the same options and commands in both languages', () => {
    const digits = (value: unknown): string => String(value).replaceAll(/[.,]/g, '');
    const rows = (page: string) =>
      [...text(page).matchAll(/^\| (`--[^|]+) \| ([^|]+) \| (.*) \|$/gm)].map(([, flags, usual, does]) => ({
        flags: [...flags.matchAll(/--[a-z_-]+/g)].map(([flag]) => normalizedArguments([flag])[0]),
        usual,
        does,
      }));
    const [en, es] = [rows('README.md'), rows('README.es.md')];
    expect(en.length).toBeGreaterThan(8);
    expect(es.map(({ flags }) => flags)).toEqual(en.map(({ flags }) => flags));
    const options = new Map(Object.values({ ...TRAIN, ...RESUME, ...COLD_START }).map((made) => [made.flag, made]));
    for (const { flags, usual, does } of [...en, ...es]) {
      for (const flag of flags) {
        const option = options.get(flag as `--${string}`);
        // A switch is off unless it is named; what is found out then has words of its own.
        if (option?.kind === 'switch') expect(usual, flag).toMatch(/^(off|no)$/);
        if (option?.kind !== 'whole' || option.usual === null) continue;
        // Patience is usual only where no iterations are given, which its words say.
        const where = option === TRAIN.patience ? does : usual;
        expect(digits(where).match(/\d+/g), flag).toContain(String(option.usual));
      }
    }
    for (const page of ['README.md', 'README.es.md']) {
      for (const command of buildProgram('en').commands) expect(text(page)).toContain(`| \`${command.name()}`);
    }
    expect(commandLines('README.es.md')).toHaveLength(commandLines('README.md').length);
    expect(programBlocks('README.es.md')).toHaveLength(programBlocks('README.md').length);
  });
});

describe('the programs that the documentation shows', () => {
  it.each(['README.es.md', 'README.md'])(
    'run as they stand, from the built package: %s',
    { timeout: 180_000 },
    (page) => {
      const folder = temporaryFolder();
      installPackage(folder);
      const [trainer, workspace] = programBlocks(page) as [string, string];
      const run = (code: string): { out: string; err: string; code: number | null } => {
        writeFileSync(join(folder, 'precio.mjs'), code);
        const { DEMANDA_WORKSPACE: _, ...environment } = process.env;
        const ran = spawnSync(process.execPath, ['precio.mjs'], {
          cwd: folder,
          encoding: 'utf8',
          env: { ...environment, NO_COLOR: '1' },
        });
        return { out: ran.stdout, err: ran.stderr, code: ran.status };
      };
      const spanish = page === 'README.es.md';
      const trained = run(trainer);
      expect(trained).toMatchObject({ code: 0 });
      // It iterated as often as it says, told that it had no sales, and the error fell.
      expect(trained.err).toMatch(
        /100[.,]000 (iteraciones|iterations)[\s\S]*(no tiene ventas propias|no sales of its own)/,
      );
      const [first, last] = [...trained.out.matchAll(/([\d.]+) %/g)].map((found) => Number(found[1])) as [
        number,
        number,
      ];
      expect(last).toBeLessThan(first);
      expect(trained.out).toMatch(spanish ? /Precio óptimo: \d+\.\d\d €/ : /Best price: €\d+\.\d\d/);
      expect(trained.out).toContain(spanish ? 'Carne: demanda según el precio' : 'Meat: demand by price');
      expect(readFileSync(join(folder, spanish ? 'curva.svg' : 'curve.svg'), 'utf8')).toMatch(/^<svg/);

      writeMarketFiles(folder, 150);
      const sales = join(folder, 'ventas.csv');
      if (!spanish) writeFileSync(join(folder, 'sales.csv'), readFileSync(sales));
      const priced = run(workspace);
      expect(priced).toMatchObject({ code: 0 });
      expect(priced.out).toMatch(/Carne ([\d.]+ → [\d.]+|(keep|mantener) [\d.]+)/);
      expect(existsSync(join(folder, '.demanda'))).toBe(true);
    },
  );
});
