/** The built package, as a user has it: built anew before the tests when a source is newer than it. */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Vitest calls it once, before every test file. @returns what it calls after the last of them */
export default function setup(): () => void {
  build();
  return keepOfRun();
}

/**
 * What the files of a run share goes with it: the sources as compiled by the processes before, as stripping their types
 * is most of a start, and folders that several files begin with (made-once.ts).
 */
function keepOfRun(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-run-'));
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  process.env.DEMANDA_MADE_ONCE = join(folder, 'made');
  mkdirSync(process.env.DEMANDA_MADE_ONCE);
  const warming = spawn(process.execPath, [join(import.meta.dirname, 'compiled.ts')], { stdio: 'ignore' });
  return () => {
    warming.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
}

function build(): void {
  const [code, dashboard] = [join(ROOT, 'dist/index.js'), join(ROOT, 'dist/web/index.html')];
  const newest = Math.max(
    ...readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => statSync(join(file.parentPath, file.name)).mtimeMs),
  );
  if ([code, dashboard].every((file) => existsSync(file) && statSync(file).mtimeMs >= newest)) return;
  const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the package must build before its tests: ${built.stdout}${built.stderr}`);
}

/** Makes `import 'demanda'` and `npx demanda` work in a folder, as after an installation there. */
export function installPackage(folder: string): void {
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules/demanda'));
}

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

/** Runs one of the package's programs without a terminal. @param folder holds its workspace */
export function runProgram(program: string, args: readonly string[], folder: string): Ran {
  const run = spawnSync(process.execPath, [join(ROOT, `bin/${program}.js`), ...args], {
    cwd: folder,
    encoding: 'utf8',
    input: '',
    env: {
      ...process.env,
      LANG: 'C',
      LC_ALL: '',
      LC_MESSAGES: '',
      DEMANDA_WORKSPACE: join(folder, '.demanda'),
      NO_COLOR: '1',
    },
  });
  return { out: run.stdout, err: run.stderr, code: run.status };
}
