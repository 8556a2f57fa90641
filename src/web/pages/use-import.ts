/** A file on its way into the workspace: uploaded, understood, corrected, kept. */

import { useEffect, useState } from 'preact/hooks';
import type {
  ImportBody,
  ImportDone,
  ImportPreview,
  ImportProgressNow,
  ImportUpload,
  MerchantList,
} from '../../contract/api.ts';
import { ApiProblem, apiPath, getJson, sendFile, sendJson } from '../api-client.ts';

export interface FileImport {
  /** How the file was understood; null without one. */
  readonly preview: ImportPreview | null;
  /** What became of the last one that was kept. */
  readonly done: ImportDone | null;
  readonly problem: ApiProblem | null;
  /** What the server is asked for now. */
  readonly busy: 'upload' | 'preview' | 'commit' | null;
  /** A file that is being sent, and which share of it was, 0-1. */
  readonly sending: { readonly file: string; readonly share: number } | null;
  /** How far the server has read it; null before it said so. */
  readonly reading: ImportProgressNow | null;
  /** What the user has said of the file. */
  readonly options: ImportBody;
  /** Shops that there are: the first of them. */
  readonly shops: readonly string[];
  /** Keeps the rows that are right, and leaves the others out. */
  readonly skipBad: boolean;
  readonly setSkipBad: (skip: boolean) => void;
  readonly upload: (file: File) => Promise<void>;
  /** Has the file understood in another way. */
  readonly change: (options: ImportBody) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly cancel: () => void;
}

const ASK_AGAIN_MS = 500;
/** Shops whose names are proposed. */
const SHOPS = 50;

/** @param onImported called when rows were kept */
export function useImport(onImported: () => void): FileImport {
  // long: the states of one file, and what changes them.
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [done, setDone] = useState<ImportDone | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState<FileImport['busy']>(null);
  const [sending, setSending] = useState<FileImport['sending']>(null);
  const [importId, setImportId] = useState<string | null>(null);
  const [options, setOptions] = useState<ImportBody>({});
  const [shops, setShops] = useState<readonly string[]>([]);
  const [skipBad, setSkipBad] = useState(false);
  const reading = useProgress(importId, busy !== null && sending === null);

  async function ask<T>(what: NonNullable<FileImport['busy']>, work: () => Promise<T>): Promise<T | null> {
    setBusy(what);
    setProblem(null);
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
      return null;
    } finally {
      setSending(null);
      setBusy(null);
    }
  }
  /** The only shop there is, for a file that names none, is not asked for again. */
  async function understood(id: string, asked: ImportBody): Promise<ImportPreview> {
    const answer = await sendJson<ImportPreview>('POST', apiPath('imports', id, 'preview'), asked);
    if (!answer.missing.some(({ field }) => field === 'merchant')) return answer;
    const { items } = await getJson<MerchantList>(`/api/merchants?limit=${SHOPS}`);
    const names = items.map(({ merchant }) => merchant);
    setShops(names);
    // Beside other columns that nobody knows, one may name the shop.
    const alone = answer.missing.length === 1 && answer.missing[0]?.suggested === null;
    if (!alone || names.length !== 1 || asked.merchant !== undefined) return answer;
    const next = { ...asked, merchant: names[0] };
    setOptions(next);
    return sendJson<ImportPreview>('POST', apiPath('imports', id, 'preview'), next);
  }
  async function upload(file: File): Promise<void> {
    setDone(null);
    setOptions({});
    setSkipBad(false);
    setImportId(null);
    const answer = await ask('upload', async () => {
      const form = new FormData();
      form.append('file', file, file.name);
      const onSent = (share: number): void => setSending({ file: file.name, share });
      onSent(0);
      const sent = await sendFile<ImportUpload>('/api/uploads', form, onSent);
      setSending(null);
      setImportId(sent.importId);
      return understood(sent.importId, {});
    });
    if (answer) setPreview(answer);
  }
  async function change(next: ImportBody): Promise<void> {
    if (!preview) return;
    setOptions(next);
    const answer = await ask('preview', () => understood(preview.importId, next));
    if (answer) setPreview(answer);
  }
  async function commit(): Promise<void> {
    if (!preview) return;
    const path = apiPath('imports', preview.importId, 'commit');
    const answer = await ask('commit', () => sendJson<ImportDone>('POST', path, { ...options, skipBad }));
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
  const given = { preview, done, problem, busy, sending, reading, options, shops, skipBad };
  return { ...given, setSkipBad, upload, change, commit, cancel };
}

/** How far the server has read a file, asked for while it works on it. */
function useProgress(importId: string | null, works: boolean): ImportProgressNow | null {
  const [progress, setProgress] = useState<ImportProgressNow | null>(null);
  useEffect(() => {
    setProgress(null);
    if (importId === null || !works) return;
    const timer = setInterval(() => {
      // What is not known now is asked for again; that the work itself failed, its own answer says.
      getJson<ImportProgressNow>(apiPath('imports', importId, 'progress')).then(setProgress, () => {});
    }, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [importId, works]);
  return progress;
}
