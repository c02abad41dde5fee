/**
 * Every route gives every request a response that the description of the API contains: never a 5xx, never an
 * undescribed status, code or member. Requests have the described form, in every state of the vault; or one part is
 * wrong in a way that the description forbids, and the refusal must name it. Against the deployed bundles, over HTTP.
 * `SLOW=1 npm test -- test/api` sends many times as many, as CI does.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ROUTES } from '../../infra/routes.ts';
import { nameOf } from '../../shared/api/document.ts';
import { openApi } from '../../shared/api/openapi.ts';
import { setScene } from '../flows/bad-input/scene.ts';
import { ok, startAllowedPsp } from '../payments/forward/psp.ts';
import { TEST_TIMEOUT_MS } from '../setup/limits.ts';
import { checkProperty } from '../setup/property.ts';
import { IS_SLOW } from '../setup/sweeps.ts';
import { use } from '../setup/use.ts';
import { startVault } from '../setup/vault.ts';
import { type Mutation, mutationsOf } from './mutations.ts';
import {
  anyBase,
  anyValid,
  type DescribedOperation,
  type Draft,
  makeForward,
  toRequest,
  withFresh,
} from './requests.ts';

/** How many times as many requests are drawn at most where none of the first succeeded. */
const MORE_RUNS = 40;
const RUNS = IS_SLOW ? { valid: 90, mutated: 5 } : { valid: 3, mutated: 1 };
const TIMEOUT_MS = IS_SLOW ? 10 * TEST_TIMEOUT_MS : TEST_TIMEOUT_MS;

const document = openApi({ routes: ROUTES, examples: [], responses: 'open' });
const { schemas } = document.components;
const OPERATIONS: readonly DescribedOperation[] = ROUTES.flatMap((route) => {
  const operation = document.paths[route.path]?.[route.method.toLowerCase()];
  return operation === undefined ? [] : [{ name: nameOf(route), method: route.method, path: route.path, operation }];
});

const vault = use(startVault);
const scene = use(() => setScene(vault));
const psp = use(() => startAllowedPsp(vault.operator, scene.shop.id));
let forwardId: string;
const counts = { valid: 0, mutated: 0 };

beforeAll(async () => {
  psp.respond(ok('{"result":"approved"}'));
  forwardId = await makeForward(scene);
});

afterAll(() => {
  process.stdout.write(`any request: ${counts.valid} of the described form, ${counts.mutated} with one part wrong\n`);
});

describe.each(OPERATIONS.map((described) => [described.name, described] as const))('%s', (_name, described) => {
  // vault.send throws for a response that is not described; a described 5xx fails too.
  test(
    'responds to every request of the described form as described, and does what it says',
    async () => {
      const statuses = new Set<number>();
      const drafts = anyValid(described, schemas, scene);
      const responds = async (draft: Draft): Promise<void> => {
        counts.valid += 1;
        const { status, text } = await vault.send(toRequest(await withFresh(known(draft), scene)));
        statuses.add(status);
        if (status >= 500) throw new Error(`returned ${status}: ${text}`);
      };
      const hasSucceeded = () => [...statuses].some((status) => status < 300);
      await checkProperty(fc.asyncProperty(drafts, responds), { runs: RUNS.valid });
      // A few draws may all name more than there is to capture; many do not.
      const untilOneSucceeds = fc.asyncProperty(drafts, async (draft) => {
        if (!hasSucceeded()) await responds(draft);
      });
      await checkProperty(untilOneSucceeds, { runs: RUNS.valid * MORE_RUNS });
      expect(hasSucceeded()).toBe(true);
    },
    TIMEOUT_MS,
  );

  test(
    'refuses it with any one part wrong, and names the part',
    async () => {
      const base = anyBase(described, schemas, scene);
      for (const mutation of mutationsOf(described, schemas, scene)) {
        await checkProperty(
          fc.asyncProperty(base, async (draft) => {
            counts.mutated += 1;
            const response = await vault.send(toRequest(mutation.change(known(draft))));
            expect([mutation.name, faultOf(mutation, response)]).toEqual([mutation.name, null]);
          }),
          { runs: RUNS.mutated },
        );
      }
    },
    TIMEOUT_MS,
  );
});

test('the description is served as it is written, and not again to a caller that has it', async () => {
  const path = '/v1/openapi.json';
  const served = await vault.send({ method: 'GET', path });
  expect(served.text).toBe(readFileSync(join(import.meta.dirname, '../../docs/reference/openapi.json'), 'utf8'));
  const headers = { 'if-none-match': served.headers.get('etag') ?? '' };
  expect(await vault.send({ method: 'GET', path, headers })).toMatchObject({ status: 304, text: '' });
});

/** The one forward there is in place of one there is not. */
const known = <Draft extends { inPath: Readonly<Record<string, string>> }>(draft: Draft): Draft =>
  'forward_id' in draft.inPath ? { ...draft, inPath: { ...draft.inPath, forward_id: forwardId } } : draft;

/** Why this is not the refusal it should be, or null. */
function faultOf({ code, param }: Mutation, { status, json, text }: { status: number; json: unknown; text: string }) {
  const problem = json as { code?: string; param?: string } | null;
  if (status < 400 || status >= 500) return `returned ${status}: ${text.slice(0, 300)}`;
  if (code !== undefined && problem?.code !== code) return `refused as ${problem?.code} (${problem?.param})`;
  const named = problem?.param ?? '';
  const isNamed = param === undefined || isWithin(named, param) || isWithin(param, named);
  return isNamed && (param === undefined || named !== '') ? null : `names ${named || 'nothing'}`;
}

const isWithin = (field: string, around: string): boolean => field === around || field.startsWith(`${around}.`);
