/** Refusals on the wire: one shape, in the language that was asked for, from the error table. */

import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { visibleLines } from '../contract/visible-text.ts';
import { isLang, type Lang } from '../core/vocabulary.ts';
import { DemandaError, type ErrorCode } from '../errors/demanda-error.ts';
import { refusalOnPage } from '../workspace/page-sentences.ts';
import { systemFailure } from '../workspace.ts';

/** The first of the languages known here that Accept-Language names, by its weights; else the workspace's. */
export function langOf(request: FastifyRequest, fallback: Lang): Lang {
  const wanted = (request.headers['accept-language'] ?? '')
    .slice(0, 200)
    .split(',')
    .map((part, i) => {
      const [tag = '', ...rest] = part.trim().split(';');
      const weight = rest.map((r) => r.trim()).find((r) => r.startsWith('q='));
      return { lang: tag.slice(0, 2).toLowerCase(), weight: weight === undefined ? 1 : Number(weight.slice(2)), i };
    })
    .filter(({ lang, weight }) => isLang(lang) && weight > 0)
    .sort((a, b) => b.weight - a.weight || a.i - b.i);
  return (wanted[0]?.lang as Lang | undefined) ?? fallback;
}

/** Refusals that say when to ask again. */
const RETRIED: ReadonlySet<string> = new Set<ErrorCode>([
  'REQUESTS_TOO_MANY',
  'SIGN_IN_TOO_MANY',
  'IDEMPOTENCY_UNDER_WAY',
]);

export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  lang: Lang,
  bodyLimitBytes: number,
): FastifyReply {
  const known = tableError(error, request, lang, bodyLimitBytes);
  // The table's sentences name files by their path: beyond the machine only the name means something.
  const params = Object.fromEntries(
    Object.entries(known.parameters as Record<string, string | number>).map(([key, v]) => [
      key,
      ['file', 'folder', 'database'].includes(key) ? basename(String(v)) : v,
    ]),
  );
  const told = new DemandaError(known.code, params as never);
  if (RETRIED.has(known.code)) reply.header('retry-after', String(params.seconds));
  return reply
    .code(known.entry.status)
    .type('application/json')
    .send({ error: { code: told.code, message: refusalOnPage(told, lang), params } });
}

/** What cannot even be parsed as HTTP gets the one shape too. */
export function refuseUnparsed(lang: Lang): string {
  const refusal = new DemandaError('REQUEST_UNREADABLE', { detail: 'HTTP' });
  const body = JSON.stringify({
    error: { code: refusal.code, message: refusal.messageIn(lang), params: refusal.parameters },
  });
  return `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}

function tableError(error: unknown, request: FastifyRequest, lang: Lang, bodyLimitBytes: number): DemandaError {
  const known = systemFailure(error);
  if (known) return known;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [{ instancePath, keyword, params }] = error.validation as [(typeof error.validation)[number]];
    const path = instancePath
      .split('/')
      .slice(1)
      .filter((part) => part !== '');
    const where = [error.validationContext ?? 'body', ...path].join('.').slice(0, 200);
    return new DemandaError(
      'REQUEST_INVALID',
      {
        where,
        rule: ruleOf({ ...params, code: keyword, path, input: given(request, error.validationContext, path) }, lang),
      },
      { cause: error },
    );
  }
  const { code = '', statusCode = 500, message } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new DemandaError('REQUEST_TOO_LARGE', { limit: bodyLimitBytes / 1_048_576 }, { cause: error });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || code === 'FST_INVALID_MULTIPART_CONTENT_TYPE')
    return new DemandaError('REQUEST_MEDIA_TYPE', {}, { cause: error });
  // What a parser says of it is in English, and about itself.
  if (/_JSON_BODY$/.test(code) || (error instanceof SyntaxError && statusCode === 400))
    return new DemandaError('REQUEST_UNREADABLE', { detail: 'JSON' }, { cause: error });
  if (statusCode >= 400 && statusCode < 500) {
    return new DemandaError('REQUEST_UNREADABLE', { detail: String(message ?? code).slice(0, 200) }, { cause: error });
  }
  const id = randomUUID().slice(0, 8);
  process.stderr.write(
    visibleLines(
      `${id} ${request.method} ${request.url.slice(0, 200)}: ${error instanceof Error ? error.stack : String(error)}\n`,
    ),
  );
  return new DemandaError('UNEXPECTED', { id }, { cause: error });
}

/** What a request holds at a path: the sentence names it. */
function given(request: FastifyRequest, context: string | undefined, path: readonly string[]): unknown {
  let at: unknown =
    context === 'querystring'
      ? request.query
      : context === 'params'
        ? request.params
        : context === 'headers'
          ? request.headers
          : request.body;
  for (const key of path) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return at;
}

/** zod's own sentence for an issue, in the user's language. */
function ruleOf(issue: unknown, lang: Lang): string {
  const told = z.locales[lang]().localeError(issue as never);
  return (typeof told === 'string' ? told : (told?.message ?? 'invalid')).replace(/\.$/, '');
}
