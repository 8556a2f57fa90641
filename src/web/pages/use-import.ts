/** A file on its way into the workspace: uploaded, understood, corrected, kept. */

import { useState } from 'preact/hooks';
import type { ImportBody, ImportDone, ImportPreview } from '../../contract/api.ts';
import { ApiProblem, apiPath, sendJson } from '../api-client.ts';

export interface FileImport {
  /** How the file was understood; null without one. */
  readonly preview: ImportPreview | null;
  /** What became of the last one that was kept. */
  readonly done: ImportDone | null;
  readonly problem: ApiProblem | null;
  /** What the server is asked for now. */
  readonly busy: 'upload' | 'preview' | 'commit' | null;
  /** What the user has said of the file. */
  readonly options: ImportBody;
  /** Keeps the rows that are right, and leaves the others out. */
  readonly skipBad: boolean;
  readonly setSkipBad: (skip: boolean) => void;
  readonly upload: (file: File) => Promise<void>;
  /** Has the file understood in another way. */
  readonly change: (options: ImportBody) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly cancel: () => void;
}

/** @param onImported called when rows were kept */
export function useImport(onImported: () => void): FileImport {
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [done, setDone] = useState<ImportDone | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState<FileImport['busy']>(null);
  const [options, setOptions] = useState<ImportBody>({});
  const [skipBad, setSkipBad] = useState(false);

  async function ask<T>(what: NonNullable<FileImport['busy']>, path: string, body: unknown): Promise<T | null> {
    setBusy(what);
    setProblem(null);
    try {
      return await sendJson<T>('POST', path, body);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
      return null;
    } finally {
      setBusy(null);
    }
  }
  async function upload(file: File): Promise<void> {
    setDone(null);
    setOptions({});
    setSkipBad(false);
    const form = new FormData();
    form.append('file', file, file.name);
    const answer = await ask<ImportPreview>('upload', '/api/imports', form);
    if (answer) setPreview(answer);
  }
  async function change(next: ImportBody): Promise<void> {
    if (!preview) return;
    setOptions(next);
    const answer = await ask<ImportPreview>('preview', apiPath('imports', preview.importId, 'preview'), next);
    if (answer) setPreview(answer);
  }
  async function commit(): Promise<void> {
    if (!preview) return;
    const answer = await ask<ImportDone>('commit', apiPath('imports', preview.importId, 'commit'), {
      ...options,
      skipBad,
    });
    if (!answer) return;
    setDone(answer);
    setPreview(null);
    onImported();
  }
  function cancel(): void {
    if (preview) sendJson('DELETE', apiPath('imports', preview.importId)).catch(() => {});
    setPreview(null);
    setProblem(null);
  }
  return { preview, done, problem, busy, options, skipBad, setSkipBad, upload, change, commit, cancel };
}
