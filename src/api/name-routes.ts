/** Names of merchants and products: listed, changed and joined. */

import {
  nameAliases,
  nameChanged,
  namedKind,
  nameForget,
  nameForgotten,
  nameList,
  nameMerge,
  nameRename,
  namesQuery,
} from '../contract/api.ts';
import type { NamedKind } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { callerOf } from './access.ts';
import { ADMIN, type Api, type ApiContext, READ, route } from './routes.ts';

const KINDS = { merchants: 'merchant', products: 'product' } as const satisfies Record<string, NamedKind>;

export function nameRoutes(app: Api, { of, desk, askerOf }: ApiContext): void {
  const ofOwn = ({ merchant }: { merchant?: string }) => (merchant === undefined ? {} : { merchant });
  app.get(
    '/api/names/:kind',
    route('names', 'Names with what is sold under each, and those that look like one', READ, {
      ...{ params: namedKind, query: namesQuery, answer: nameList },
    }),
    (request) => desk.run(askerOf(request), 'listNames', KINDS[request.params.kind], ofOwn(request.query)),
  );
  app.get(
    '/api/names/:kind/aliases',
    route('names', 'What former names mean in files', READ, {
      ...{ params: namedKind, query: namesQuery, answer: nameAliases },
    }),
    (request) => of(request).names.aliases(KINDS[request.params.kind], ofOwn(request.query)),
  );
  app.post(
    '/api/names/:kind/rename',
    route('names', 'Gives a merchant or a product another name, with everything that is kept of it', ADMIN, {
      ...{ params: namedKind, body: nameRename, answer: nameChanged },
    }),
    (request) => {
      const { from, into, dryRun = false, ...choice } = request.body;
      const kind = KINDS[request.params.kind];
      const own = { ...ownedBy(kind, choice, callerOf(request).merchant), dryRun };
      return desk.run(askerOf(request), 'renameName', kind, from, into, own);
    },
  );
  app.post(
    '/api/names/:kind/merge',
    route('names', 'Makes one of several merchants or products', ADMIN, {
      ...{ params: namedKind, body: nameMerge, answer: nameChanged },
    }),
    (request) => {
      const { from, into, dryRun = false, ...choice } = request.body;
      const kind = KINDS[request.params.kind];
      const own = { ...ownedBy(kind, choice, callerOf(request).merchant), dryRun };
      return desk.run(askerOf(request), 'mergeNames', kind, from, into, own);
    },
  );
  app.post(
    '/api/names/:kind/forget',
    route('names', 'From now on files that say a former name mean it', ADMIN, {
      ...{ params: namedKind, body: nameForget, answer: nameForgotten },
    }),
    (request) => {
      const { name, ...choice } = request.body;
      const kind = KINDS[request.params.kind];
      return desk.run(askerOf(request), 'forgetName', kind, name, ownedBy(kind, choice, callerOf(request).merchant));
    },
  );
}

/**
 * Who is bound to a merchant changes names of its own products alone. @throws DemandaError NOT_ALLOWED_MERCHANT for
 * names of merchants
 */
function ownedBy(
  kind: NamedKind,
  { merchant }: { readonly merchant?: string },
  own: string | null,
): { readonly merchant?: string; readonly onlyOwn?: true } {
  if (own === null) return merchant === undefined ? {} : { merchant };
  if (kind === 'merchant') throw new DemandaError('NOT_ALLOWED_MERCHANT', {});
  return { merchant: own, onlyOwn: true };
}
