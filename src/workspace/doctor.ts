/** What of a workspace and its machine is in order, and what to do about the rest. */

import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { DoctorDocument } from '../contract/documents.ts';
import type { Lang } from '../core/vocabulary.ts';
import { holidaysOf } from '../data/holidays.ts';
import { codeWords } from '../i18n/code-words.ts';
import { translator } from '../i18n/messages.ts';
import { RIGHTS_OF_OTHERS } from '../store/private-files.ts';
import { isFull, openFilesLimit, temporaryFolder } from '../store/system-failure.ts';
import { header, settingsOf, type WorkspaceContext } from './context.ts';
import { kernelsAgree } from './kernel-check.ts';
import { placeName, type WorkspaceLocation } from './location.ts';
import { logFolder } from './training-log.ts';

type Check = DoctorDocument['checks'][number];

/** A server, its threads and a training each need some. */
const ENOUGH_FILES = 256;

/** @param contents of the store, in words; @param holidays found in the calendar of the country */
function doctorChecks(
  location: WorkspaceLocation,
  contents: string,
  country: string,
  holidays: number,
  lang: Lang,
): Check[] {
  const checked = (name: string, ok: boolean, found: string, advice?: string): Check => ({
    name,
    ok,
    found,
    ...(!ok && advice !== undefined && { advice }),
  });
  const { advice } = codeWords(lang);
  const { folder } = location;
  const files = openFilesLimit();
  const folderCheck = (): Check => {
    const mode = statSync(folder).mode & 0o777;
    const isOpen = process.platform !== 'win32' && (mode & RIGHTS_OF_OTHERS) !== 0;
    const found = `${folder}: ${mode.toString(8).padStart(4, '0')}`;
    return checked(
      'folder',
      !isOpen,
      found,
      advice.folder.replace('{place}', () => folder),
    );
  };
  const disk = (name: string, at: string): Check =>
    checked(
      name,
      !isFull(at),
      `${at}: ${freeSpace(at)}`,
      advice.disk.replace('{place}', () => at),
    );
  return [
    checked('node', Number(process.versions.node.split('.')[0]) >= 24, process.versions.node),
    checked('kernel', kernelsAgree(), 'WebAssembly SIMD'),
    checked('threads', availableParallelism() >= 1, String(availableParallelism())),
    checked('store', true, `${placeName(location)}: ${contents}`),
    checked('holidays', holidays > 0, `${country}: ${holidays}`),
    // Beside a database it is made when something is to lie in it.
    ...(existsSync(folder) ? [folderCheck(), disk('disk', folder)] : []),
    disk('temporary', temporaryFolder()),
    checked('open-files', typeof files !== 'number' || files >= ENOUGH_FILES, String(files ?? '–'), advice.files),
    ...(location.database === null ? [checked('earlier-stores', true, earlierStores(folder))] : []),
    checked('training-logs', true, existsSync(logFolder(folder)) ? logFolder(folder) : '–'),
  ];
}

function freeSpace(folder: string): string {
  const { bavail, bsize } = statfsSync(folder);
  return `${Math.floor((bavail * bsize) / 1_048_576)} MB`;
}

/**
 * Copies that were taken before a migration and stores that a restore replaced: they may be deleted when nobody wants
 * to go back.
 */
function earlierStores(folder: string): string {
  const names = readdirSync(folder).filter((name) => /^demanda\.sqlite\.(before-v\d+|replaced-[\dTZ-]+)$/.test(name));
  return (
    names.map((name) => `${name} (${Math.ceil(statSync(join(folder, name)).size / 1_048_576)} MB)`).join(', ') || '–'
  );
}

/** Checks the workspace and the machine. */
export async function runDoctor(context: WorkspaceContext): Promise<DoctorDocument> {
  const cells = await context.store.cells.count({});
  const models = await context.store.models.count({});
  const [country, lastDay] = [
    (await settingsOf(context)).country as string,
    (await context.store.cells.span()).lastDay ?? 20_000,
  ];
  const holidays = holidaysOf(country, lastDay - 365, lastDay).filter(({ kind }) => kind === undefined).length;
  const checks = doctorChecks(
    context.location,
    translator(context.lang)('storeHolds', { cells, models }),
    country,
    holidays,
    context.lang,
  );
  return { ...(await header(context)), checks };
}
