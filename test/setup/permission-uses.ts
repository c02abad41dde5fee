/**
 * Notes every AWS call that tests make: who made it, what it needed, and whether the policies allowed it. Each test file
 * adds its notes to the folder of the run, where permission-report.ts reads them once all tests have ended.
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sidFor } from '../../infra/sid.ts';
import type { AccessRequest, RequestContext } from '../../local/iam/authorizer.ts';
import type { Runtime } from '../../local/runtime.ts';
import { DECRYPTIONS_ATTRIBUTE } from '../../shared/base/entries.ts';

export interface PermissionUse {
  /** `function`: a deployed bundle under its own role. `verb`: the domain code called by a test, under open policies. */
  readonly by: 'function' | 'verb';
  /** The function's entry, or `OperatorPolicy`; for a verb the names of the functions on its stack, outermost first. */
  readonly who: string;
  readonly action: string;
  /** `Ledger`, `Ledger/index/open`, `PanKey`. */
  readonly resource: string;
  /** What policies look at: names and values of the first such call. */
  readonly context: RequestContext;
  readonly isAllowed: boolean;
  readonly calls: number;
}

interface Note {
  readonly request: AccessRequest;
  readonly context: RequestContext;
  readonly isAllowed: boolean;
  calls: number;
}

/** How one world calls its principals and resources. */
export interface Names {
  readonly by: PermissionUse['by'];
  who(principal: AccessRequest['principal']): string;
  resource(arn: string): string;
}

export class UseNotes {
  readonly #notes = new Map<string, Note>();

  /** The observer that an Authorizer takes. */
  readonly observe = (request: AccessRequest, isAllowed: boolean): void => {
    const { principal, action, resourceArn } = request;
    const context = contextRead(request);
    const key = JSON.stringify([principal.identityArn, action, resourceArn, isAllowed, shapeOf(context)]);
    const known = this.#notes.get(key);
    if (known) known.calls += 1;
    else this.#notes.set(key, { request, context, isAllowed, calls: 1 });
  };

  /** Adds the notes to those of the run, and forgets them. Outside `npm test` nothing reads them. */
  save(names: Names): void {
    const folder = process.env.FUDA_TEST_USES;
    const uses = [...this.#notes.values()].map(({ request, context, isAllowed, calls }): PermissionUse => {
      const { principal, action, resourceArn } = request;
      const [who, resource] = [names.who(principal), names.resource(resourceArn)];
      return { by: names.by, who, action, resource, context, isAllowed, calls };
    });
    this.#notes.clear();
    if (folder === undefined || uses.length === 0) return;
    appendFileSync(join(folder, `${process.pid}.jsonl`), uses.map((use) => `${JSON.stringify(use)}\n`).join(''));
  }
}

/** What policies of keys and of the Ledger look at. Of an entry’s id only the kind, because each id is another. */
function contextRead({ context, action }: AccessRequest): RequestContext {
  const isWrite = action === 'dynamodb:PutItem' || action === 'dynamodb:UpdateItem';
  const kinds = [context['dynamodb:LeadingKeys'] ?? []]
    .flat()
    .map((id) => /^[a-z]+_(?=[a-z2-7]{26}$)/.exec(id)?.[0] ?? '');
  return {
    ...Object.fromEntries(Object.entries(context).filter(([name]) => name.startsWith('kms:'))),
    ...(isWrite && { 'dynamodb:LeadingKeys': kinds, 'dynamodb:Attributes': context['dynamodb:Attributes'] ?? [] }),
  };
}

/** What distinguishes kinds of calls: the names in the context, and the values that decide. */
const shapeOf = (context: RequestContext) => [
  Object.keys(context).sort(),
  context['kms:EncryptionContext:purpose'],
  context['dynamodb:LeadingKeys'],
  context['dynamodb:Attributes']?.includes(DECRYPTIONS_ATTRIBUTE),
];

const TRAIL_BUCKET = 'arn:aws:s3:::Store/Bucket';

/** The names of a running vault: functions by their roles, tables and keys by the template's outputs. */
export function namesOf({ stack, tables, keys, accountId, region }: Runtime): Names {
  const resources = [
    ...Object.entries(tables).map(([name, table]) => [`arn:aws:dynamodb:${region}:${accountId}:table/${table}`, name]),
    ...Object.entries(keys).map(([name, arn]) => [arn, name]),
    ...stack.functions.map(({ arn, entry }) => [arn, constructOf(entry)]),
  ] as [arn: string, name: string][];
  return {
    by: 'function',
    who: ({ identityArn }) =>
      stack.functions.find(({ roleArn }) => roleArn === identityArn)?.entry ??
      (identityArn.endsWith(':user/operator') ? 'OperatorPolicy' : identityArn),
    resource: (wanted) => {
      // There is one bucket locally, the trail's; the matrix calls it by its construct.
      if (wanted.startsWith('arn:aws:s3:::')) return wanted.replace(/^arn:aws:s3:::[^/]+/, TRAIL_BUCKET);
      const known = resources.find(([arn]) => wanted === arn || wanted.startsWith(`${arn}/`));
      return known === undefined ? wanted : known[1] + wanted.slice(known[0].length);
    },
  };
}

/** Where a function stands in the app, by which the matrix calls it: `cde/create-token` → `Vault/Functions/CdeCreateToken/Function`. */
const constructOf = (entry: string): string => `Vault/Functions/${sidFor(entry)}/Function`;

/** Everything noted in a run; equal uses of different tests are one. */
export function readUses(folder: string): readonly PermissionUse[] {
  const merged = new Map<string, PermissionUse>();
  for (const file of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean)) {
      const use = JSON.parse(line) as PermissionUse;
      const { calls, context, ...rest } = use;
      const key = JSON.stringify([rest, shapeOf(context)]);
      merged.set(key, { ...use, calls: calls + (merged.get(key)?.calls ?? 0) });
    }
  }
  return [...merged.values()];
}
