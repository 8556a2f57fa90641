import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openFilesLimit } from '../../src/store/system-failure.ts';
import { ROOT } from '../support/built.ts';
import { demandas } from '../support/command.ts';
import { writeSales } from '../support/sales.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const workspace = join(folder, 'ws');
const LONG = process.env.DEMANDA_LONG === '1';
const HAS_FULL = existsSync('/dev/full');
if (!HAS_FULL) console.log('not run: output to a full device, as there is no /dev/full here');

beforeAll(() => {
  writeSales(join(folder, 'sales.csv'), 2, 80);
  const done = demandas([
    ['import', join(folder, 'sales.csv'), '--workspace', workspace],
    ['train', '--all', '--workspace', workspace],
  ]);
  expect(done).toMatchObject([{ code: 0 }, { code: 0 }]);
});

interface Shell {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

/** Runs a line of a shell in which `$d PROGRAM` starts a program of the package. */
function shell(line: string): Shell {
  const ran = spawnSync(
    'bash',
    ['-c', `d() { local p=$1; shift; "${process.execPath}" "${ROOT}/bin/$p.js" "$@"; }; ${line}`],
    {
      encoding: 'utf8',
      env: { ...process.env, LANG: 'C', NO_COLOR: '1', DEMANDA_WORKSPACE: workspace },
    },
  );
  return { out: ran.stdout, err: ran.stderr, code: ran.status };
}

/** Every program, and each way of answering: help, a table, a document of one write and of many. */
const SHORT = [
  'demanda --help',
  'demanda models',
  'demanda forecast --all --horizon 200 --json',
  'demanda doctor --json',
  'entrenar_masivamente --help',
  'entrenar_modelo_personalizado --help',
  'visualizador_convergencia --list --json',
  'gestor_historial_entrenamiento --list',
];
const LINES = LONG
  ? [
      ...SHORT,
      'demanda train --help',
      'demanda models --json',
      'demanda recommend --all --json',
      'demanda forecast --all',
      'demanda history list',
      'demanda settings',
      'visualizador_convergencia --help',
    ]
  : SHORT;

describe('output that cannot be written', () => {
  it.skipIf(!HAS_FULL)(
    'is one sentence and code 1, of every program, in both languages',
    () => {
      for (const [lang, words] of [
        [
          'en',
          /^The output could not be written \(no room is left\): what was written is incomplete and of no use; .*\.\n$/,
        ],
        ['es', /^No se pudo escribir la salida \(no queda espacio\): lo escrito está incompleto y no sirve; .*\.\n$/],
      ] as const) {
        for (const line of lang === 'en' ? LINES : LINES.slice(0, 2)) {
          const { err, code } = shell(`d ${line} --lang ${lang} > /dev/full`);
          expect({ line, code }).toEqual({ line, code: 1 });
          expect(err, line).toMatch(words);
        }
      }
    },
    180_000,
  );
  it('on a disk that takes a part of it is no success either', () => {
    // A limit on the size of files takes a part of a write, as a disk that fills up does.
    const file = join(temporaryFolder(), 'forecasts.json');
    const { err, code } = shell(
      `trap '' XFSZ; ulimit -f 40; d demanda forecast --all --horizon 600 --json --lang en > ${file}`,
    );
    expect(readFileSync(file).length).toBeGreaterThan(0);
    expect(() => JSON.parse(readFileSync(file, 'utf8'))).toThrow();
    expect(err).toMatch(/^The output could not be written \(the file would be too large\)/);
    expect(code).toBe(1);
  });
  it('and a reader that has enough is none: quiet, with code 0', () => {
    for (const line of ['demanda forecast --all --horizon 200 --json', 'demanda --help']) {
      const { err, out } = shell(
        `set -o pipefail; d ${line} --lang en | head -c 5 > /dev/null; echo \${PIPESTATUS[0]}`,
      );
      expect({ line, err, out }).toEqual({ line, err: '', out: '0\n' });
    }
  });
  it('goes whole to a file, and is the same as through a pipe', () => {
    const file = join(temporaryFolder(), 'forecasts.json');
    expect(shell(`d demanda forecast --all --horizon 200 --json > ${file}`)).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(file, 'utf8')).toBe(shell('d demanda forecast --all --horizon 200 --json | cat').out);
  });
});

describe('few open files', () => {
  const limit = openFilesLimit();
  it.skipIf(limit === null)(
    'are one sentence with the limit, from whichever part meets it first, or enough',
    () => {
      let refused = 0;
      for (const files of LONG ? [24, 30, 36] : [24, 36]) {
        for (const line of [
          'train --all --workers 4',
          'models',
          'train --all --iterations 50 --workers 2 --fresh',
          'backtest --all',
        ]) {
          const own = join(temporaryFolder(), 'ws');
          cpSync(workspace, own, { recursive: true });
          const { err, code } = shell(`ulimit -n ${files}; d demanda ${line} --lang en --quiet --workspace ${own}`);
          expect([0, 1], `${line} with ${files}`).toContain(code);
          if (code === 0) expect(err).toBe('');
          else {
            refused++;
            expect(err, `${line} with ${files}`).toMatch(
              new RegExp(
                `^(The system lets this process have ${files} files open at once, .*\\(ulimit -n 1024\\).*\\.|demanda: .*ulimit -n 1024\\)\\.)\\n$`,
              ),
            );
          }
        }
      }
      expect(refused).toBeGreaterThan(3);
    },
    180_000,
  );
});

/** A server with so many open files, until it has ended or said where it serves. */
async function served(files: number): Promise<Shell> {
  const line = `ulimit -n ${files}; exec "${process.execPath}" "${ROOT}/bin/demanda.js" serve --port 0 --lang en`;
  const child = spawn('bash', ['-c', line], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LANG: 'C', NO_COLOR: '1', DEMANDA_WORKSPACE: workspace },
  });
  let [out, err] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (out.includes('http://')) child.kill('SIGKILL');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { out, err, code };
}

describe('a server with few open files', () => {
  it.skipIf(openFilesLimit() === null)(
    'says so in one sentence before anybody is let in, or serves',
    async () => {
      let refused = 0;
      for (const files of LONG ? [26, 28, 30, 32, 34] : [26, 30, 34]) {
        const { out, err, code } = await served(files);
        if (out.includes('http://')) continue;
        refused++;
        expect({ files, out, code }).toEqual({ files, out: '', code: 1 });
        expect(err).toMatch(
          new RegExp(
            `^(The system lets this process have ${files} files open at once, |demanda: )[^\\n]*ulimit -n 1024[^\\n]*\\n$`,
          ),
        );
      }
      expect(refused).toBeGreaterThan(1);
    },
    180_000,
  );
});

describe('what nobody foresaw', () => {
  it('ends in one sentence, and with DEMANDA_STACK=1 says where it came from', () => {
    const script = (what: string): string =>
      `import { endInOneSentence } from ${JSON.stringify(join(ROOT, 'src/cli/last-resort.ts'))}; endInOneSentence(['--lang', 'en']); ${what}`;
    for (const what of ["Promise.reject(new Error('lost'))", "setTimeout(() => { throw new Error('lost') })"]) {
      const plain = spawnSync(process.execPath, ['--input-type=module', '-e', script(what)], {
        encoding: 'utf8',
        cwd: ROOT,
      });
      expect({ err: plain.stderr, code: plain.status }).toEqual({ err: 'lost\n', code: 1 });
      const traced = spawnSync(process.execPath, ['--input-type=module', '-e', script(what)], {
        encoding: 'utf8',
        cwd: ROOT,
        env: { ...process.env, DEMANDA_STACK: '1' },
      });
      expect(traced.stderr).toMatch(/^lost\nError: lost\n {4}at /);
    }
  });
});
