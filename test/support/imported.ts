/** Files as they come out of an import: every row of the store, and the codes that were said. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../src/store/open.ts';
import { type ImportOptions, Workspace } from '../../src/workspace.ts';
import { withEmptyStore } from './empty-store.ts';
import { temporaryFolder } from './temporary.ts';

export type Files = Readonly<Record<string, string | Buffer>>;

export interface Imported {
  /** merchant · product · day · quantity · price of every row of the store. */
  readonly rows: string[];
  /** merchant · product · unit of every cell. */
  readonly units: string[];
  /** Of notes and issues; of the refusal that ended it. */
  readonly codes: string[];
  /** Their sentences. */
  readonly said: string[];
}

interface Asked extends ImportOptions {
  /** Names of files, those of one command together; all of them in one unless told. */
  readonly commands?: readonly string[][];
  /** Of the workspace. */
  readonly currency?: string;
}

export async function imported(
  files: Files,
  { commands = [Object.keys(files)], currency, ...options }: Asked = {},
): Promise<Imported> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const workspace = await Workspace.open(await withEmptyStore(join(folder, 'ws')), { lang: 'en' });
  if (currency !== undefined) await workspace.setSettings({ currency });
  const [codes, said]: [string[], string[]] = [[], []];
  try {
    for (const names of commands) {
      const document = await workspace.importFiles(
        names.map((name) => join(folder, name)),
        options,
      );
      for (const { notes, issues } of document.files)
        for (const { code, message } of [...notes, ...issues]) {
          codes.push(code);
          said.push(message);
        }
    }
  } catch (error) {
    codes.push((error as { code: string }).code);
    said.push((error as Error).message);
  } finally {
    await workspace.close();
  }
  return { ...(await contentOf(join(folder, 'ws'))), codes, said };
}

async function contentOf(folder: string): Promise<Pick<Imported, 'rows' | 'units'>> {
  const store = await openStore(folder);
  const [rows, units]: [string[], string[]] = [[], []];
  for await (const { merchant, product, unit, days, quantity, price } of store.sales.stream({})) {
    units.push([merchant, product, unit].join(' · '));
    days.forEach((day, i) => {
      const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
      rows.push([merchant, product, date, quantity[i], Number(price[i]?.toFixed(4))].join(' · '));
    });
  }
  await store.close();
  return { rows, units };
}
