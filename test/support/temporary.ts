/** Temporary folders that go with the test that made them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** For several tests: made at the top of a file, it goes when the last of them has ended. */
export function lastingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
