/** Every finding of the rule packs is fixed or answered, and every answer is to a finding that is really raised. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ACKNOWLEDGEMENTS, type Answerer } from '../../infra/acknowledgements.ts';
import { runCdk } from '../setup/cdk.ts';
import { answeredBy } from './answered-by.ts';
import type { RaisedFindings } from './findings.ts';

let found: RaisedFindings;

beforeAll(() => {
  const script = join(import.meta.dirname, 'findings.ts');
  found = JSON.parse(runCdk(script)) as RaisedFindings;
});

/** Where the two stacks of infra/app.ts put what brings its answers along; the rest is in variants.test.ts. */
const PLACES: Readonly<Partial<Record<Answerer, string>>> = {
  CardVault: 'Fuda/Vault/',
  TrailStore: 'FudaAudit/Store/',
  TrailQueries: 'FudaAudit/Queries/',
  AuditStack: 'FudaAudit/',
};

describe('findings of the rule packs', () => {
  test('each acknowledgement answers a finding that is really raised at its place', () => {
    const here = ACKNOWLEDGEMENTS.filter(({ of }) => PLACES[of] !== undefined);
    const idle = here.filter((row) => !found.raised.some((finding) => answeredBy(row, PLACES).test(finding)));
    expect(idle.map(({ id, where }) => [id, where])).toEqual([]);
  });

  test('none is left without an answer', () => {
    expect(found.unanswered).toEqual([]);
  });

  test('an acknowledgement of a missing place stops synthesis', () => {
    expect(found.lostPlace).toMatch(/CardVault has nothing at /);
  });

  test('each reason is a sentence an assessor can weigh', () => {
    for (const { reason } of ACKNOWLEDGEMENTS) expect(reason).toMatch(/^[A-Zc].{80,}\.$/);
  });
});

describe('the trail’s retention', () => {
  test.each([
    ['production', 'COMPLIANCE'],
    ['development', 'GOVERNANCE'],
  ] as const)('is held for 400 days, in %s in %s mode', (environment, mode) => {
    expect(found.retention[environment]).toContainEqual({ Days: 400, Mode: mode });
  });
});
