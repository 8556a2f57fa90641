/** JSON documents compared with those that were kept: what moved, place by place. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers are the same up to this share: sums may be taken in another order, figures may not move. */
const SAME = 1e-9;
const LINE = 120;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** Of an import; that of an export may be anything. */
const IMPORT_ID = /^[0-9a-f]{4,}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** Replaces what no two runs have in common: ids by their order of appearance, instants, seconds and the folder. */
export class Normalizer {
  private readonly folder: string;
  private readonly ids = new Map<string, string>();

  constructor(folder: string) {
    this.folder = folder;
  }

  normalized(value: unknown, key = ''): unknown {
    if (value instanceof Float64Array || value instanceof Float32Array || value instanceof Int32Array)
      return this.normalized(Array.from(value));
    if (Array.isArray(value)) return value.map((item) => this.normalized(item));
    if (typeof value === 'number') {
      if (key === 'seconds') return '<seconds>';
      if (key === 'cpuSeconds' || key === 'peakMemory') return `<${key}>`;
      return Number.isFinite(value) ? value : `<${value}>`;
    }
    if (typeof value === 'string') {
      if (INSTANT.test(value)) return '<instant>';
      if (key === 'batchId' && IMPORT_ID.test(value)) return this.labelOf(value);
      return value.replaceAll(this.folder, '<folder>').replace(UUID, (id) => this.labelOf(id));
    }
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).flatMap(([name, item]) =>
          item === undefined ? [] : [[name, this.normalized(item, name)]],
        ),
      );
    }
    return value;
  }

  private labelOf(id: string): string {
    const label = this.ids.get(id) ?? `<id ${this.ids.size + 1}>`;
    this.ids.set(id, label);
    return label;
  }
}

/**
 * JSON with every object and array that fits on a line on one line: short enough to read, and a figure that moves is a
 * line that moves.
 */
function prettyJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent} `;
  const items = Array.isArray(value)
    ? value.map((item) => prettyJson(item, inner))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${prettyJson(item, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const line = `${open}${items.join(', ')}${close}`;
  return indent.length + line.length <= LINE && !line.includes('\n')
    ? line
    : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}

/** Places at which two documents differ, each with what was kept and what was found. */
function movesBetween(kept: unknown, found: unknown, at: string): string[] {
  if (typeof kept === 'number' && typeof found === 'number') {
    return Math.abs(kept - found) <= SAME * Math.max(Math.abs(kept), Math.abs(found), 1e-6)
      ? []
      : [`${at}: ${kept} → ${found}`];
  }
  if (
    typeof kept === 'object' &&
    typeof found === 'object' &&
    kept !== null &&
    found !== null &&
    Array.isArray(kept) === Array.isArray(found)
  ) {
    const names = new Set([...Object.keys(kept), ...Object.keys(found)]);
    const of = (value: object, name: string): unknown => (value as Record<string, unknown>)[name];
    return [...names].flatMap((name) =>
      movesBetween(of(kept, name), of(found, name), Array.isArray(kept) ? `${at}[${name}]` : `${at}.${name}`),
    );
  }
  if (kept === found) return [];
  const short = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80));
  return [`${at}: ${short(kept)} → ${short(found)}`];
}

/**
 * Compares documents with the files of a folder, one file a document.
 *
 * @param write keeps the documents instead, at full precision, and takes away files that no document has any more
 * @returns what moved, empty where nothing did
 */
export function comparedWithKept(folder: string, documents: ReadonlyMap<string, unknown>, write: boolean): string[] {
  const fileOf = (name: string): string => join(folder, `${name}.json`);
  const keptNames = existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.json$/, '')) : [];
  if (write) {
    mkdirSync(folder, { recursive: true });
    for (const name of keptNames) if (!documents.has(name)) rmSync(fileOf(name));
    for (const [name, document] of documents) writeFileSync(fileOf(name), `${prettyJson(document)}\n`);
    return [];
  }
  const read = (name: string): unknown =>
    keptNames.includes(name) ? JSON.parse(readFileSync(fileOf(name), 'utf8')) : undefined;
  return [...new Set([...keptNames, ...documents.keys()])].flatMap((name) =>
    movesBetween(read(name), documents.get(name), name),
  );
}
