/** Imports: a file comes in, is looked at, its columns are named, and it is imported or thrown away. */

import multipart from '@fastify/multipart';
import { done, importCommit, importDone, importId, importOptions, importPreview } from '../contract/api.ts';
import { DemandaError } from '../errors.ts';
import { callerOf } from './access.ts';
import { type Api, type ApiContext, route, TRAIN } from './routes.ts';

/** Of a file as it comes; what it may unpack to is bounded where it is read. */
const MOST_FILE_BYTES = 256 * 1_048_576;

export async function importRoutes(app: Api, { workspace, desk, langFor }: ApiContext): Promise<void> {
  await app.register(multipart, { limits: { files: 1, fields: 0, fileSize: MOST_FILE_BYTES, headerPairs: 50 }, throwFileSizeLimit: false });

  app.post(
    '/api/imports',
    route('imports', 'Uploads a file (multipart/form-data) and tells how it is understood', TRAIN, {
      answer: importPreview,
      status: 201,
      consumes: ['multipart/form-data'],
    }),
    async (request, reply) => {
      const { merchant } = callerOf(request);
      const part = await request.file();
      if (!part) throw new DemandaError('REQUEST_MEDIA_TYPE', {});
      const id = await workspace.uploads.receive(part.filename ?? '', part.file, merchant, MOST_FILE_BYTES);
      const preview = await desk.run(langFor(request), 'previewImport', id, merchant, {});
      return reply.code(201).send(preview);
    },
  );
  app.post(
    '/api/imports/:id/preview',
    route('imports', 'How the file is understood with these columns and options', TRAIN, { params: importId, body: importOptions, answer: importPreview }),
    (request) => desk.run(langFor(request), 'previewImport', request.params.id, callerOf(request).merchant, request.body),
  );
  app.post(
    '/api/imports/:id/commit',
    route('imports', 'Imports the file: all of it or nothing, or its good rows with skipBad', TRAIN, {
      params: importId,
      body: importCommit,
      answer: importDone,
    }),
    async (request) => {
      const caller = callerOf(request);
      const imported = await desk.run(langFor(request), 'commitImport', request.params.id, caller.merchant, request.body);
      const { kind, accepted, rejected } = imported;
      await desk.run(langFor(request), 'log', caller, 'import.commit', caller.merchant, { importId: request.params.id, kind, accepted, rejected });
      return imported;
    },
  );
  app.get('/api/imports/:id/rejected.csv', route('imports', 'Rows that were left out', TRAIN, { params: importId, answer: null }), async (request, reply) => {
    const csv = await workspace.uploads.rejected(request.params.id, callerOf(request).merchant);
    return reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="rejected.csv"').send(csv);
  });
  app.delete('/api/imports/:id', route('imports', 'Throws an upload away', TRAIN, { params: importId, answer: done }), async (request) => {
    await workspace.uploads.remove(request.params.id, callerOf(request).merchant);
    return { ok: true };
  });
}
