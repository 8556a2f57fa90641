/** The parts of a workbook (XLSX): a zip of XML files, unpacked and parsed as they stream, none of them held whole. */

import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { SaxesParser } from 'saxes';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { DemandaError } from '../errors/demanda-error.ts';
import { checkUnpacked, MAX_RECORD_BYTES, type ReadLimits } from './read-limits.ts';

/** More parts than any program writes. */
const MAX_PARTS = 10_000;
/** Elements, one inside another; a sheet needs seven. */
const MAX_XML_DEPTH = 64;

export interface XmlHandlers {
  /** @param name without its prefix */
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  close?(name: string): void;
  text?(text: string): void;
}

export class WorkbookParts {
  private readonly file: string;
  private readonly zip: ZipFile;
  private readonly entries: ReadonlyMap<string, Entry>;

  private constructor(file: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.file = file;
    this.zip = zip;
    this.entries = entries;
  }

  /**
   * Opens a workbook and checks what its parts claim to unpack to. @throws DemandaError IMPORT_TOO_LARGE,
   * IMPORT_TOO_PACKED, IMPORT_UNREADABLE; and what yauzl throws
   */
  static async open(file: string, limits: ReadLimits): Promise<WorkbookParts> {
    const zip = await openPromise(file, { autoClose: false, lazyEntries: true, validateEntrySizes: true });
    // What fails is thrown where it is read; an error that comes later must not end the process.
    zip.on('error', () => {});
    try {
      const entries = new Map<string, Entry>();
      let [packed, unpacked] = [0, 0];
      for await (const entry of zip.eachEntry()) {
        packed += entry.compressedSize;
        unpacked += entry.uncompressedSize;
        checkUnpacked(file, packed, unpacked, limits.partBytes);
        // Of two parts of one name no two programs read the same.
        if (entries.has(entry.fileName) || entries.size >= MAX_PARTS)
          throw new DemandaError('IMPORT_UNREADABLE', { file });
        entries.set(entry.fileName, entry);
      }
      return new WorkbookParts(file, zip, entries);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  has(part: string): boolean {
    return this.entries.has(part);
  }

  close(): void {
    this.zip.close();
  }

  /**
   * Parses one part; yields after every piece of it, so that what the handlers gathered can go on. @throws DemandaError
   * IMPORT_UNREADABLE; and what saxes, yauzl and zlib throw
   */
  async *parse(part: string, handlers: XmlHandlers): AsyncGenerator<void> {
    const entry = this.entries.get(part);
    if (!entry) throw new DemandaError('IMPORT_UNREADABLE', { file: this.file });
    const source = await this.zip.openReadStreamPromise(entry);
    try {
      yield* this.parsed(source, entry.crc32, handlers);
    } finally {
      source.destroy();
    }
  }

  private async *parsed(source: Readable, crc: number, handlers: XmlHandlers): AsyncGenerator<void> {
    const parser = new SaxesParser({ xmlns: false, position: false });
    // Length of what the parser has taken and not yet told: a text or a tag without an end.
    let untold = 0;
    let depth = 0;
    parser.on('opentag', ({ name, attributes }) => {
      untold = 0;
      if (++depth > MAX_XML_DEPTH) throw new DemandaError('IMPORT_UNREADABLE', { file: this.file });
      handlers.open?.(localName(name), attributes);
    });
    parser.on('closetag', ({ name }) => {
      untold = 0;
      depth--;
      handlers.close?.(localName(name));
    });
    const text = (value: string): void => {
      untold = 0;
      handlers.text?.(value);
    };
    parser.on('text', text);
    parser.on('cdata', text);
    const decoder = new TextDecoder();
    let sum = 0;
    for await (const chunk of source) {
      sum = crc32(chunk as Buffer, sum);
      const piece = decoder.decode(chunk as Buffer, { stream: true });
      untold += piece.length;
      parser.write(piece);
      if (untold > MAX_RECORD_BYTES)
        throw new DemandaError('IMPORT_LINE_TOO_LONG', { file: this.file, limit: MAX_RECORD_BYTES });
      yield;
    }
    parser.write(decoder.decode()).close();
    // What still unpacks may have been changed on its way.
    if (sum !== crc) throw new DemandaError('IMPORT_UNREADABLE', { file: this.file });
  }

  /** Parses a small part to its end. */
  async read(part: string, handlers: XmlHandlers): Promise<void> {
    for await (const _ of this.parse(part, handlers));
  }
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** An attribute by its name without its prefix. */
export function attribute(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  const prefixed = Object.keys(attributes).find((each) => !each.startsWith('xmlns:') && localName(each) === name);
  return prefixed === undefined ? undefined : attributes[prefixed];
}
