/** What ties the prices of a merchant's products, kept in the workspace: of every merchant its own rows. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeptLine, KeptLinesDocument } from '../contract/portfolio.ts';
import { type GivenLine, type ProductLine, productLines, readProductLines } from '../data/read-product-lines.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { linesKey, merchantOfLines } from '../rules/kept-lines.ts';
import { deedNow, header, type WorkspaceContext } from './context.ts';
import { isOf } from './line-rules.ts';
import type { PortfolioOptions } from './options.ts';

/** Whether a setting keeps lines, which are of nobody's settings. */
export function isOfLines(key: string): boolean {
  return merchantOfLines(key) !== null;
}

/** The lines of a merchant as they are given elsewhere; null where none are kept. */
async function linesKept({ store }: WorkspaceContext, merchant: string): Promise<ProductLine[] | null> {
  const text = await store.documents.setting(linesKey(merchant));
  return text === null ? null : productLines(JSON.parse(text) as GivenLine[]).map((line) => ({ ...line, merchant }));
}

/** What ties products, of the file and as it was given; null: nothing was. */
export async function givenLines({ linesFile, lines }: PortfolioOptions): Promise<readonly ProductLine[] | null> {
  if (linesFile === undefined && lines === undefined) return null;
  return [...(linesFile === undefined ? [] : await readProductLines(linesFile)), ...productLines(lines ?? [])];
}

export async function linesKeptOf(context: WorkspaceContext, merchants: readonly string[]): Promise<ProductLine[]> {
  const kept: ProductLine[] = [];
  for (const merchant of merchants) for (const line of (await linesKept(context, merchant)) ?? []) kept.push(line);
  return kept;
}

/** @throws DemandaError for a merchant that is not there */
export async function keptLines(context: WorkspaceContext, asked: string): Promise<KeptLinesDocument> {
  const merchant = await merchantNamed(context, asked);
  const lines = (await linesKept(context, merchant)) ?? [];
  return { ...(await header(context)), merchant, lines: lines.map(keptLine), left: 0 };
}

/** What to keep: rows, or the text of a file of them. */
export interface LinesToKeep {
  readonly merchant: string;
  readonly lines?: readonly GivenLine[];
  readonly csv?: string;
  /** Of the file, as messages name it. */
  readonly name?: string;
}

/**
 * Keeps rows in the place of those that were; without any, none are kept.
 *
 * @throws DemandaError LINES_GIVEN, those of the file, and for a merchant that is not there
 */
export async function keepLines(
  context: WorkspaceContext,
  { merchant: asked, lines: given, csv, name = 'csv' }: LinesToKeep,
): Promise<KeptLinesDocument> {
  const merchant = await merchantNamed(context, asked);
  if ((given === undefined) === (csv === undefined)) throw new DemandaError('LINES_GIVEN', { merchant });
  const all = given === undefined ? await linesOfText(csv as string, name) : productLines(given);
  const lines = all.filter((line) => isOf(line, merchant)).map(keptLine);
  const value = lines.length === 0 ? null : JSON.stringify(lines);
  await context.store.documents.setSettings(
    { [linesKey(merchant)]: value },
    deedNow(context, 'lines.change', merchant, { rows: lines.length }),
  );
  return { ...(await header(context)), merchant, lines, left: all.length - lines.length };
}

async function merchantNamed(context: WorkspaceContext, merchant: string): Promise<string> {
  return (await context.names.trained({ merchant })).merchant ?? merchant;
}

/** Files are read from disk, whatever they hold. */
async function linesOfText(text: string, name: string): Promise<ProductLine[]> {
  const folder = await mkdtemp(join(tmpdir(), 'demanda-lines-'));
  try {
    const file = join(folder, 'lines.csv');
    await writeFile(file, text, { mode: 0o600 });
    return await readProductLines(file, name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function keptLine({ at: _, merchant: __, ...line }: ProductLine): KeptLine {
  return line;
}
