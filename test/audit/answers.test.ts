/** A finding may be answered by a person, with a signature. It stays a finding, and only the one that was meant has it. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { answerFindings, FINDINGS_LISTED, nameOf } from '../../audit/answers.ts';
import { addAnswer, readAnswers, signAnswer } from '../../audit/bundle/answer-file.ts';
import { loadSigningKey, type SigningKey } from '../../audit/bundle/signing-key.ts';
import type { Evidence } from '../../audit/evidence.ts';
import type { Finding, Findings, NamedFinding } from '../../audit/finding.ts';
import { reportJson } from '../../audit/render/json.ts';
import { MESSAGES } from '../../audit/render/locales.ts';
import { reportHtml } from '../../audit/render/page.ts';
import { use } from '../setup/use.ts';
import { examine, FROM_AWS } from './examine.ts';
import { HOUR_MS, kmsRecord, START_MS, TestTrail, tableRecord } from './trail-maker.ts';

const NOW_MS = START_MS + HOUR_MS + 60_000;
const REASON = 'Our own test of the honey record, ticket 4711.';

const people = use(() => {
  const folder = mkdtempSync(join(tmpdir(), 'fuda-answers-'));
  const key = (name: string) => loadSigningKey(join(folder, name));
  return {
    owner: key('owner'),
    stranger: key('stranger'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
});

const TOUCH: Finding = { code: 'honey_touched', reason: 'card_1', subject: 'event-1', atMs: START_MS };
const NAMED = nameOf(TOUCH);

const findingsOf = (...items: Finding[]): Findings => ({ items, total: items.length, byCode: {}, answered: 0 });

const fileOf = (finding: NamedFinding, key: SigningKey = people.owner, reason = REASON): string =>
  addAnswer(undefined, signAnswer(key, { finding, reason, nowMs: NOW_MS }));

const known = () => new Set([people.owner.fingerprint]);

/** What is said of the only answer of a file. */
function verdictOn(file: string, findings: Findings = findingsOf(TOUCH)): string {
  const { findings: after, unusedAnswers = [] } = answerFindings(findings, readAnswers(file, known()));
  const [unused] = unusedAnswers;
  return `${after.answered} ${unused?.why ?? 'used'}`;
}

describe('an answer', () => {
  test('stands beside the finding that it names', () => {
    const other: Finding = { ...TOUCH, subject: 'event-2' };
    const { findings } = answerFindings(findingsOf(other, TOUCH), readAnswers(fileOf(NAMED), known()));
    expect(findings.items.map(({ answer }) => answer?.reason)).toEqual([undefined, REASON]);
    expect([findings.total, findings.answered]).toEqual([2, 1]);
    expect(findings.items[1]?.answer).toMatchObject({ answeredAtMs: NOW_MS, signer: people.owner.fingerprint });
  });

  test.each<[string, Partial<NamedFinding>, string]>([
    ['of another event', { subject: 'event-2' }, '0 no_such_finding'],
    ['of another kind', { code: 'watch' }, '0 no_such_finding'],
    ['of a kind that there is not', { code: 'anything' }, '0 no_such_finding'],
    ['of another reason', { reason: 'card_2' }, '0 no_such_finding'],
    ['without its reason', { reason: null }, '0 no_such_finding'],
    ['of another time', { at: '2026-11-23T09:00:01.000Z' }, '0 no_such_finding'],
    ['without its time', { at: null }, '0 no_such_finding'],
    ['of all events', { subject: '*' }, '0 no_such_finding'],
    ['without a subject', { subject: '' }, '0 names_no_thing'],
  ])('%s counts for nothing', (_name, differs, expected) => {
    expect(verdictOn(fileOf({ ...NAMED, ...differs }))).toBe(expected);
  });

  test.each([
    'keys_refused',
    'no_digests',
    'trail_differs',
    'interrupted_over_limit',
    'records_unreadable',
    'reasons_unreadable',
    'erasure_unrecorded',
  ] as const)('of %s counts for nothing, because the same words stand in other reports', (code) => {
    const finding: Finding = { code, reason: undefined, subject: '3', atMs: undefined };
    expect(verdictOn(fileOf(nameOf(finding)), findingsOf(finding))).toBe('0 names_no_thing');
  });

  test('that two findings would match counts for neither', () => {
    expect(verdictOn(fileOf(NAMED), findingsOf(TOUCH, TOUCH))).toBe('0 names_several');
  });

  test('after another one of the same finding counts for nothing', () => {
    const second = signAnswer(people.owner, { finding: NAMED, reason: 'Another.', nowMs: NOW_MS + 1 });
    const { findings, unusedAnswers } = answerFindings(
      findingsOf(TOUCH),
      readAnswers(addAnswer(fileOf(NAMED), second), known()),
    );
    expect([findings.answered, findings.items[0]?.answer?.reason]).toEqual([1, REASON]);
    expect(unusedAnswers).toMatchObject([{ why: 'answered_already', answer: { reason: 'Another.' } }]);
  });

  test('of a person whom the auditor does not name counts for nothing, and leaves room for one who is', () => {
    const file = addAnswer(
      fileOf(NAMED, people.stranger),
      signAnswer(people.owner, { finding: NAMED, reason: REASON, nowMs: NOW_MS }),
    );
    const { findings, unusedAnswers } = answerFindings(findingsOf(TOUCH), readAnswers(file, known()));
    expect([findings.answered, unusedAnswers?.map(({ why }) => why)]).toEqual([1, ['signer_unknown']]);
  });
});

describe('an answer whose signature does not hold counts for nothing:', () => {
  type File = {
    answers: {
      answer: { finding: NamedFinding; reason: string; answered_at: string };
      signature: string;
      signer: string;
    }[];
  };
  const first = (file: File) => {
    const [answer] = file.answers;
    if (answer === undefined) throw new Error('the file has an answer');
    return answer;
  };

  test.each<[string, (file: File) => void]>([
    ['another subject', (file) => Object.assign(first(file).answer.finding, { subject: 'event-9' })],
    ['another code', (file) => Object.assign(first(file).answer.finding, { code: 'watch' })],
    ['another reason', (file) => Object.assign(first(file).answer, { reason: 'Nothing happened.' })],
    ['another time', (file) => Object.assign(first(file).answer, { answered_at: '2026-01-01T00:00:00.000Z' })],
    ['another key', (file) => Object.assign(first(file), { signer: people.stranger.publicPem })],
    ['no key', (file) => Object.assign(first(file), { signer: 'none' })],
    [
      'a private key',
      (file) =>
        Object.assign(first(file), { signer: people.owner.privateKey.export({ type: 'pkcs8', format: 'pem' }) }),
    ],
    ['no signature', (file) => Object.assign(first(file), { signature: '' })],
    [
      'a key of another kind',
      (file) => {
        const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        const signature = sign('sha256', Buffer.from(JSON.stringify(first(file).answer)), privateKey).toString(
          'base64',
        );
        Object.assign(first(file), { signature, signer: publicKey.export({ type: 'spki', format: 'pem' }) });
      },
    ],
  ])('%s', (_name, spoil) => {
    const file = JSON.parse(fileOf(NAMED)) as File;
    spoil(file);
    expect(verdictOn(JSON.stringify(file))).toBe('0 signature_invalid');
  });

  test('members in another order are the same answer', () => {
    const file = JSON.parse(fileOf(NAMED)) as File;
    const { answer } = first(file);
    Object.assign(first(file), { answer: Object.fromEntries(Object.entries(answer).toReversed()) });
    expect(verdictOn(JSON.stringify(file))).toBe('1 used');
  });
});

describe('a file of answers is refused', () => {
  const other = (differs: object): string => JSON.stringify({ ...JSON.parse(fileOf(NAMED)), ...differs });

  test.each<[string, () => string]>([
    ['that is no JSON', () => 'answers'],
    ['of another kind', () => other({ object: 'evidence_manifest' })],
    ['of another version', () => other({ version: 2 })],
    ['with a member more', () => other({ all: true })],
    ['whose answer names a list of findings', () => fileOf(NAMED).replace('"event-1"', '["event-1", "event-2"]')],
    [
      'with more answers than one may have',
      () => other({ answers: Array(1_001).fill(JSON.parse(fileOf(NAMED)).answers[0]) }),
    ],
  ])('%s', (_name, make) => {
    expect(() => readAnswers(make(), known())).toThrow('The file of answers is not what evidence answer writes.');
  });
});

describe('a reason is refused', () => {
  test.each([
    ['that is empty', ''],
    ['of spaces', '   '],
    ['of two lines', 'Ours.\nPass'],
    ['that reorders text', 'Ours \u202Essap'],
    ['that is too long', 'x'.repeat(501)],
  ])('%s', (_name, reason) => {
    expect(() => signAnswer(people.owner, { finding: NAMED, reason, nowMs: NOW_MS })).toThrow('A reason has 1 to 500');
  });
});

describe('a report', () => {
  const HONEY = { kind: 'card', record: 'card_1', quiet_from_ms: 0 } as const;
  /** The owner reads the planted card, as a test of the alarm. */
  const touch = tableRecord('Cards', 'GetItem', { key: { card_id: 'card_1' } }, { eventID: 'touch', readOnly: true });

  async function report(
    records: readonly unknown[],
    answered?: (evidence: Evidence) => readonly NamedFinding[],
    keySource = FROM_AWS,
  ) {
    using trail = new TestTrail();
    trail.log(START_MS + 10 * 60_000, records);
    trail.digest(START_MS + HOUR_MS);
    const options = { nowMs: NOW_MS, honey: [HONEY], keySource };
    const before = await examine(trail, options);
    const files = (answered?.(before) ?? []).map((finding) => readAnswers(fileOf(finding), known()));
    return await examine(trail, { ...options, ...(answered && { answers: files.flat() }) });
  }
  const all = ({ findings }: Evidence) => findings.items.map(nameOf);

  test('says Answered of a touched honey record that its owner answers for, and not Pass', async () => {
    const evidence = await report([touch], all);
    expect(evidence.findings.byCode).toEqual({ honey_touched: 1 });
    expect([evidence.verdict, evidence.passed, evidence.findings.total]).toEqual(['answered', false, 1]);
    for (const locale of ['en', 'ja'] as const) {
      const words = MESSAGES[locale];
      const page = reportHtml({ evidence, locale, template: undefined, signer: 'ab'.repeat(32), files: [] });
      const first = page.slice(0, page.indexOf('<nav'));
      for (const said of [words.answered(1), words.verdicts.answered, words.findings.honey_touched, 'touch', REASON]) {
        expect(first).toContain(said);
      }
      expect(first).not.toContain(`<b>${words.verdicts.pass}</b>`);
    }
    expect(JSON.parse(reportJson(evidence))).toMatchObject({
      passed: false,
      verdict: 'answered',
      findings: [{ code: 'honey_touched', answer: { reason: REASON, signer: people.owner.fingerprint } }],
      findings_answered: 1,
      unused_answers: [],
    });
    const cells = evidence.findings.items.map((finding) => FINDINGS_LISTED.columns.answer?.({ number: 1, finding }));
    expect(cells).toEqual([REASON]);
  });

  test('says Unvouched, with the answers, where the public keys lay with the trail', async () => {
    const evidence = await report([touch], all, { origin: 'trail', refusedRegions: [] });
    expect([evidence.verdict, evidence.passed, evidence.findings.answered]).toEqual(['unvouched', false, 1]);
    for (const locale of ['en', 'ja'] as const) {
      const words = MESSAGES[locale];
      const page = reportHtml({ evidence, locale, template: undefined, signer: 'ab'.repeat(32), files: [] });
      const first = page.slice(0, page.indexOf('<nav'));
      for (const said of [words.unvouched(1), words.verdicts.unvouched, REASON]) expect(first).toContain(said);
      expect(first).not.toContain(words.unvouched(0));
    }
    const said = JSON.parse(reportJson(evidence));
    expect(said).toMatchObject({
      verdict: 'unvouched',
      findings_answered: 1,
      findings: [{ answer: { reason: REASON } }],
    });
  });

  test('fails with keys that lay with the trail, too, as long as one finding has no answer', async () => {
    const evidence = await report([touch], () => [], { origin: 'trail', refusedRegions: [] });
    expect([evidence.verdict, evidence.findings.answered]).toEqual(['fail', 0]);
  });

  test('fails as long as one finding has no answer', async () => {
    const rogue = kmsRecord({ requestID: 'rogue', eventID: 'rogue' });
    const evidence = await report([touch, rogue], (found) => all(found).slice(0, 1));
    expect([evidence.verdict, evidence.findings.answered, evidence.findings.total]).toEqual(['fail', 1, 2]);
    const page = reportHtml({ evidence, locale: 'en', template: undefined, signer: 'ab'.repeat(32), files: [] });
    expect(page).toContain(MESSAGES.en.failed(2, 1));
  });

  test('fails where there are more findings than it lists, though each listed one is answered', async () => {
    const rogues = Array.from({ length: 201 }, (_, at) => kmsRecord({ requestID: `r${at}`, eventID: `e${at}` }));
    const evidence = await report(rogues, all);
    expect([evidence.verdict, evidence.findings.answered, evidence.findings.total]).toEqual(['fail', 200, 201]);
  });

  test('names the answers that stand beside no finding, and passes where there is none to answer', async () => {
    const evidence = await report([], () => [NAMED]);
    expect([evidence.verdict, evidence.unusedAnswers?.map(({ why }) => why)]).toEqual(['pass', ['no_such_finding']]);
    for (const locale of ['en', 'ja'] as const) {
      const page = reportHtml({ evidence, locale, template: undefined, signer: 'ab'.repeat(32), files: [] });
      expect(page).toContain(MESSAGES[locale].answers.why.no_such_finding);
    }
    expect(JSON.parse(reportJson(evidence)).unused_answers).toMatchObject([{ why: 'no_such_finding', reason: REASON }]);
  });

  test('counts as before without answers, as the scheduled check does', async () => {
    const evidence = await report([touch]);
    expect([evidence.verdict, evidence.findings.total, evidence.unusedAnswers]).toEqual(['fail', 1, undefined]);
  });
});
