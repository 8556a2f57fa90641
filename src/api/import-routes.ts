/** Imports: a file comes in, is looked at, its columns are named, and it is imported or thrown away; and taken back. */

import multipart, { type MultipartFile } from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  done,
  importBatch,
  importBatchList,
  importCommit,
  importDone,
  importId,
  importOptions,
  importPreview,
  importProgress,
  importUndone,
  importUpload,
  page,
} from '../contract/api.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { callerOf } from './access.ts';
import { type Api, type ApiContext, READ, route, TRAIN } from './routes.ts';
import { sendFile } from './send-file.ts';

/** Of a file as it comes; what it may unpack to is bounded where it is read. */
const MOST_FILE_BYTES = 256 * 1_048_576;

export async function importRoutes(app: Api, context: ApiContext): Promise<void> {
  // long: a list of routes.
  const { of, desk, askerOf } = context;
  await app.register(multipart, {
    // A second file is looked for, so that it is told; fields say nothing and are passed over.
    limits: { files: 2, fields: 20, fieldSize: 10_000, fileSize: MOST_FILE_BYTES, headerPairs: 50 },
    throwFileSizeLimit: false,
  });

  app.post(
    '/api/imports',
    route('imports', 'Uploads a file (multipart/form-data) and tells how it is understood', TRAIN, {
      answer: importPreview,
      status: 201,
      consumes: ['multipart/form-data'],
    }),
    async (request, reply) => {
      const { merchant } = callerOf(request);
      const taken = await takeFile(request, reply, context);
      if (taken.again) return taken.again;
      try {
        return reply.code(201).send(await desk.run(askerOf(request), 'previewImport', taken.id, merchant, {}));
      } catch (error) {
        // Whoever sent it does not hear its id.
        await desk.run(askerOf(request), 'removeUpload', taken.id, merchant).catch(() => {});
        throw error;
      }
    },
  );
  app.post(
    '/api/uploads',
    route('imports', 'Uploads a file (multipart/form-data) without reading it: its preview is asked for next', TRAIN, {
      answer: importUpload,
      status: 201,
      consumes: ['multipart/form-data'],
    }),
    async (request, reply) => {
      const taken = await takeFile(request, reply, context);
      if (taken.again) return taken.again;
      return reply.code(201).send(await of(request).uploads.show(taken.id, callerOf(request).merchant));
    },
  );
  app.post(
    '/api/imports/:id/preview',
    route('imports', 'How the file is understood with these columns and options', TRAIN, {
      params: importId,
      body: importOptions,
      answer: importPreview,
    }),
    (request) =>
      desk.run(askerOf(request), 'previewImport', request.params.id, callerOf(request).merchant, request.body),
  );
  app.post(
    '/api/imports/:id/commit',
    route('imports', 'Imports the file: all of it or nothing, or its good rows with skipBad', TRAIN, {
      params: importId,
      body: importCommit,
      answer: importDone,
    }),
    (request) =>
      desk.run(askerOf(request), 'commitImport', request.params.id, callerOf(request).merchant, request.body),
  );
  app.get(
    '/api/imports/:id/rejected.csv',
    route('imports', 'Rows that were left out', TRAIN, { params: importId, answer: null }),
    async (request, reply) => {
      const { fileName, bytes } = await of(request).uploads.rejected(request.params.id, callerOf(request).merchant);
      return sendFile(reply, { type: 'text/csv', bytes, name: fileName.toWellFormed() });
    },
  );
  app.get(
    '/api/imports/:id/progress',
    route('imports', 'How far the reading of an uploaded file is', TRAIN, { params: importId, answer: importProgress }),
    (request) => of(request).uploads.progress(request.params.id, callerOf(request).merchant),
  );
  app.get(
    '/api/imports',
    route('imports', 'Imports that were made, newest first', READ, { query: page, answer: importBatchList }),
    (request) => of(request).imports.list(callerOf(request).merchant, request.query),
  );
  app.get(
    '/api/imports/:id',
    route('imports', 'One import that was made', READ, { params: importId, answer: importBatch }),
    (request) => of(request).imports.show(request.params.id, callerOf(request).merchant),
  );
  app.post(
    '/api/imports/:id/undo',
    route('imports', 'Takes an import back: its rows go, those that it replaced are what they were', TRAIN, {
      params: importId,
      answer: importUndone,
    }),
    (request) => desk.run(askerOf(request), 'undoImport', request.params.id, callerOf(request).merchant),
  );
  app.delete(
    '/api/imports/:id',
    route('imports', 'Throws an upload away', TRAIN, { params: importId, answer: done }),
    async (request) => {
      await desk.run(askerOf(request), 'removeUpload', request.params.id, callerOf(request).merchant);
      return { ok: true };
    },
  );
}

/** Keeps the file that a request brings; `again` is the answer to one that was sent before. */
async function takeFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { of, desk, askerOf, repeats }: ApiContext,
): Promise<{ readonly id: string; readonly again: FastifyReply | null }> {
  const { merchant } = callerOf(request);
  const { part, requireLast } = await fileOf(request);
  const name = part.filename ?? '';
  const { importId: id, digest } = await of(request).uploads.receive(name, part.file, merchant, MOST_FILE_BYTES);
  try {
    await requireLast();
    const before = await repeats.take(request, [name, digest]);
    if (before) {
      await of(request).uploads.discard(id);
      return { id, again: repeats.again(reply, before) };
    }
    await desk.run(askerOf(request), 'keepUpload', id, merchant);
    return { id, again: null };
  } catch (error) {
    await of(request).uploads.discard(id);
    throw error;
  }
}

/**
 * The file that a request brings, and a check, once it was read, that no other follows. @throws DemandaError
 * REQUEST_MEDIA_TYPE, REQUEST_MULTIPART, REQUEST_FILES_MANY
 */
async function fileOf(
  request: FastifyRequest,
): Promise<{ readonly part: MultipartFile; readonly requireLast: () => Promise<void> }> {
  if (!request.isMultipart()) throw new DemandaError('REQUEST_MEDIA_TYPE', {});
  const parts = request.files();
  const next = async (): Promise<MultipartFile | null> => {
    try {
      const found = await parts.next();
      return found.done ? null : found.value;
    } catch (cause) {
      // What the parser cannot read, the sender wrote so.
      throw new DemandaError('REQUEST_MULTIPART', {}, { cause });
    }
  };
  const part = await next();
  if (!part) throw new DemandaError('REQUEST_MULTIPART', {});
  const requireLast = async (): Promise<void> => {
    const second = await next();
    if (!second) return;
    // Unread it would hold the connection.
    second.file.resume();
    throw new DemandaError('REQUEST_FILES_MANY', {});
  };
  return { part, requireLast };
}
