/** The description that the server gives of its own API. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildServer } from '../../src/api/server.ts';
import { Workspace } from '../../src/workspace.ts';

export interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Readonly<Record<string, unknown>>;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<
    Record<string, Schema & { readonly description?: string; readonly enum?: readonly unknown[] }>
  >;
  readonly required?: readonly string[];
}
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export async function openApi(): Promise<Description> {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-docs-'));
  const workspace = await Workspace.open(folder, { lang: 'en' });
  try {
    const { app } = await buildServer(workspace, { lang: 'en', port: 0 });
    const described = (app as unknown as { swagger(): Description }).swagger();
    await app.close();
    return described;
  } finally {
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
