/** Standard output that is written whole, or said not to be: a document that was cut must not look like a success. */

import { fstatSync, writeSync } from 'node:fs';
import type { Lang } from '../core/vocabulary.ts';

import { DemandaError } from '../errors/demanda-error.ts';
import { sentenceOf } from './last-resort.ts';
import { tell } from './output.ts';

let watched: { lang: Lang; failed: boolean } | null = null;

/** Watches the output of this process, once: the menu runs many commands. @param lang of the sentence */
export function watchOutput(lang: Lang): void {
  if (watched) {
    watched.lang = lang;
    return;
  }
  const state = { lang, failed: false };
  watched = state;
  const fail = (error: NodeJS.ErrnoException): void => {
    // A reader that closes the pipe early (head) is no failure, and of a terminal that was closed nothing can be said
    // any more.
    if (error.code === 'EPIPE') process.exit(0);
    if ((error.code === 'EIO' && process.stdout.isTTY === true) || state.failed) return;
    state.failed = true;
    tell(
      `${sentenceOf(new DemandaError('OUTPUT_UNWRITABLE', { detail: error.code ?? error.message }, { cause: error }), state.lang)}\n`,
    );
  };
  process.stdout.on('error', fail);
  process.stderr.on('error', () => {});
  // Last of all, whatever the command made of it.
  process.on('exit', (code) => {
    if (state.failed && code === 0) process.exitCode = 1;
  });
  if (isFile()) process.stdout.write = wholeWriter(state, fail);
}

/** A file or a device that is no terminal: written to at once, without a queue. */
function isFile(): boolean {
  try {
    const found = fstatSync(1);
    return found.isFile() || (found.isCharacterDevice() && process.stdout.isTTY !== true);
  } catch {
    return false;
  }
}

/** Node takes a write that the disk took in part for whole: here the rest follows, until it is written or refused. */
function wholeWriter(
  state: { readonly failed: boolean },
  fail: (error: NodeJS.ErrnoException) => void,
): typeof process.stdout.write {
  return ((
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | ((error?: Error) => void),
    done?: (error?: Error) => void,
  ): boolean => {
    const told = typeof encoding === 'function' ? encoding : done;
    // After a gap what follows would only look whole.
    if (!state.failed) {
      const bytes =
        typeof chunk === 'string' ? Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8') : chunk;
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
      } catch (error) {
        fail(error as NodeJS.ErrnoException);
      }
    }
    if (told) queueMicrotask(() => told());
    return true;
  }) as typeof process.stdout.write;
}
