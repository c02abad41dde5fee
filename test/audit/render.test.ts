/** The report says what the audit found, in both languages, and strangers’ text stays text. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { STANDARDS } from '../../audit/controls/controls.ts';
import { evidenceFor } from '../../audit/controls/evidence-found.ts';
import type { Requirement } from '../../audit/controls/requirement.ts';
import type { Evidence } from '../../audit/evidence.ts';
import type { KeyFacts } from '../../audit/key-inventory.ts';
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import { DECRYPTIONS } from '../../audit/reasons/tables.ts';
import { BUNDLE_FILES } from '../../audit/render/appendices.ts';
import { escaped, html } from '../../audit/render/html.ts';
import { reportJson } from '../../audit/render/json.ts';
import type { ReportLocale } from '../../audit/render/locales.ts';
import { english } from '../../audit/render/messages-en.ts';
import { japanese } from '../../audit/render/messages-ja.ts';
import { type ReportInput, reportHtml } from '../../audit/render/page.ts';
import { examine } from './examine.ts';
import { HOUR_MS, kmsRecord, RESOURCES, runRecords, START_MS, TestTrail } from './trail-maker.ts';

const HOSTILE = '<script>alert(1)</script>"\'&\u202Egpj.exe';

async function evidenceOf(records: readonly unknown[], reasons: readonly RecordedReason[] = []): Promise<Evidence> {
  using trail = new TestTrail();
  trail.log(START_MS + 10 * 60_000, records);
  trail.digest(START_MS + HOUR_MS);
  return await examine(trail, { nowMs: START_MS + HOUR_MS + 60_000, reasons });
}

const SIGNER = 'ab'.repeat(32);

const pageOf = (evidence: Evidence, locale: ReportLocale, template?: ReportInput['template']): string =>
  reportHtml({ evidence, locale, template, signer: SIGNER, files: BUNDLE_FILES });

const DECRYPTION = { key: 'PanKey', requestId: 'r1', atMs: START_MS + 10 * 60_000, tries: 1 } as const;

const charge: RecordedReason = {
  kind: 'charge',
  id: 'ch_1',
  merchantId: 'mer_a',
  createdAtMs: START_MS + 10 * 60_000,
  record: 'hash_a',
  decryptions: [DECRYPTION],
  storeRequestId: undefined,
};

const byReceiver = (one: { readonly receiver: string }, other: { readonly receiver: string }): number =>
  one.receiver < other.receiver ? -1 : 1;

/** The writes of the charge's run. */
const erased = runRecords('ch_1', 'hash_a');

const KEY: KeyFacts = {
  name: 'PanKey',
  protects: 'card numbers',
  spec: 'SYMMETRIC_DEFAULT',
  algorithm: 'AES-256-GCM',
  strengthBits: 256,
  usage: 'ENCRYPT_DECRYPT',
  context: ['purpose', 'merchant', 'record'],
  rotationDays: 365,
  deletionWaitDays: 30,
  isMultiRegion: false,
  origin: 'AWS_KMS',
  users: [],
  managers: [],
};

/** What a parser would still find open at the end, or was closed in the wrong order: none in a page that nests. */
function openTags(page: string): string[] {
  const open: string[] = [];
  for (const [, isEnd, name = '', isVoid] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (isVoid || /^(?:meta|br|wbr)$/.test(name)) continue;
    if (!isEnd) open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [...open, `</${name}>`];
  }
  return open;
}

describe('a clean period', () => {
  test('passes in both languages and as JSON', async () => {
    const evidence = await evidenceOf([...erased, kmsRecord({ requestID: 'r1' })], [charge]);
    expect(evidence.passed).toBe(true);
    const proven = ['111122223333/ap-northeast-1', '2026-11-23 09:00:00 – 2026-11-23 10:00:00 UTC'] as const;
    expect(pageOf(evidence, 'en')).toContain(escaped(english.passed(...proven)));
    expect(pageOf(evidence, 'ja')).toContain(escaped(japanese.passed(...proven)));
    const json = JSON.parse(reportJson(evidence));
    expect(json).toMatchObject({ passed: true, findings: [], counts: { decryptions: 1, proven: 1, logs_valid: 1 } });
    expect(json.requirements.find(({ id }: { id: string }) => id === '10.2.1.1')).toEqual({
      id: '10.2.1.1',
      evidence: [{ kind: 'decryptions', state: 'shown', count: 1, faults: 0 }],
    });
    expect(json.decryptions.items[0]).toMatchObject({
      aws_request_id: 'r1',
      explanation: 'proven',
      reason_id: 'ch_1',
    });
  });

  test('says where each card number went, by receiver and merchant, and keeps what has no receiver', async () => {
    const receivers = ['processor/api.psp.example/443/sha256-aa'];
    const firstUses = [{ receiver: receivers[0] ?? '', deployedAtMs: Date.UTC(2026, 0, 2, 3, 4) }];
    const second = { ...charge, id: 'ch_2', record: 'hash_b', decryptions: [{ ...DECRYPTION, requestId: 'r2' }] };
    const context = { purpose: 'pan', merchant: 'mer_a', record: 'hash_b' };
    const requestParameters = { keyId: RESOURCES.keyArns.PanKey, encryptionContext: context };
    const records = [kmsRecord({ requestID: 'r1' }), kmsRecord({ requestID: 'r2', eventID: 'e2', requestParameters })];
    const evidence = await evidenceOf([...erased, ...records], [{ ...charge, receivers, firstUses }, second]);
    expect(evidence.access.receivers.toSorted(byReceiver)).toMatchObject([
      { receiver: '', merchant: 'mer_a', count: 1 },
      { receiver: receivers[0], merchant: 'mer_a', count: 1 },
    ]);
    for (const [locale, words] of [
      ['en', english],
      ['ja', japanese],
    ] as const) {
      const page = pageOf(evidence, locale);
      expect(page).toContain(escaped(words.sections.receivers));
      expect(page.replaceAll('<wbr>', '')).toContain('processor/api.psp.example/443/sha256-aa');
      expect(page).toContain('2026-01-02 03:04');
    }
    expect(JSON.parse(reportJson(evidence)).receivers.toSorted(byReceiver)).toMatchObject([
      { receiver: '', first_use: null },
      { receiver: receivers[0], first: expect.any(String), first_use: { deployed_at: '2026-01-02T03:04:00.000Z' } },
    ]);
    const cells = evidence.access.examples.items.map((decryption) => DECRYPTIONS.columns.sent_to?.(decryption) ?? null);
    expect(new Set(cells)).toEqual(new Set([receivers[0], null]));
  });

  test('without any decryption still makes a whole page', async () => {
    const page = pageOf(await evidenceOf([]), 'en');
    expect(page).toContain(english.none);
    expect(page.trimEnd().endsWith('</html>')).toBe(true);
  });
});

describe('a rogue decryption', () => {
  const rogue = kmsRecord({
    requestID: 'rogue',
    eventID: 'rogue-event',
    userAgent: HOSTILE,
    sourceIPAddress: '203.0.113.66',
  });

  test('is on the first page, with everything to start an investigation from', async () => {
    const evidence = await evidenceOf([...erased, kmsRecord({ requestID: 'r1' }), rogue], [charge]);
    expect(evidence.findings.items.map(({ code, subject }) => [code, subject])).toEqual([
      ['decryption_unexplained', 'rogue-event'],
    ]);
    for (const [locale, words] of [
      ['en', english],
      ['ja', japanese],
    ] as const) {
      const page = pageOf(evidence, locale);
      const first = page.slice(0, page.indexOf('<section id="access">'));
      for (const said of [
        words.failed(1),
        words.findings.decryption_unexplained,
        'rogue-event',
        '203.0.113.66',
        'mer_a',
      ]) {
        expect(first).toContain(escaped(said));
      }
    }
  });

  test('cannot put markup, quotes or reordered text into the page', async () => {
    const page = pageOf(await evidenceOf([rogue]), 'en');
    expect(page).not.toContain('<script');
    expect(page).not.toContain('\u202E');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u202egpj.exe');
  });
});

describe('every field a stranger can fill', () => {
  test('is escaped', async () => {
    const record = kmsRecord({
      userAgent: HOSTILE,
      sourceIPAddress: HOSTILE,
      requestID: HOSTILE,
      eventID: HOSTILE,
      userIdentity: { type: 'x', arn: HOSTILE, userName: HOSTILE },
      requestParameters: {
        keyId: RESOURCES.keyArns.PanKey,
        encryptionContext: { purpose: HOSTILE, merchant: HOSTILE, record: HOSTILE },
      },
    });
    const refused = { ...record, eventID: `${HOSTILE}2`, errorCode: HOSTILE };
    const managed = { ...record, eventID: `${HOSTILE}3`, eventName: HOSTILE };
    const moved = { ...record, eventID: `${HOSTILE}4`, eventName: 'ReEncrypt' };
    const watched = { ...record, eventID: `${HOSTILE}5`, eventName: 'PutKeyPolicy', awsRegion: HOSTILE };
    const evidence = await evidenceOf([record, refused, managed, moved, watched]);
    const [rule] = evidence.watch.broken.items;
    expect(rule?.event.userAgent).toContain('<script>');
    const template = { keys: [{ ...KEY, name: HOSTILE, protects: HOSTILE }], permissions: [] };
    for (const locale of ['en', 'ja'] as const) {
      const page = pageOf(evidence, locale, template);
      expect(page).not.toMatch(/<script|\u202E/);
      expect(openTags(page)).toEqual([]);
    }
  });

  test('the page refuses scripts and loads nothing from elsewhere', async () => {
    const page = pageOf(await evidenceOf([]), 'en');
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'; `);
    expect(page).not.toMatch(/src=|href="[^#]|url\(|@import|style=|\son[a-z]+=/);
  });
});

describe('what the first page says of itself', () => {
  test('names what could not be read, asked or proven, with its number', async () => {
    const evidence = await evidenceOf([{ eventVersion: '2.0', eventSource: 'kms.amazonaws.com' }]);
    const page = pageOf(evidence, 'en');
    const first = page.slice(0, page.indexOf('<nav'));
    expect(first).toContain(`1 skipped: ${english.reasons.unknown_version}.`);
    expect(first).toContain(english.limitUnlooked(evidence.watch.notAsked.length));
    expect(first).toContain(escaped(english.erasure.say.notScanned));
  });

  test('lists every section of the page, each of which is there once', async () => {
    const page = pageOf(await evidenceOf([]), 'ja');
    const links = [...page.matchAll(/href="#([a-z-]+)"/g)].map(([, name]) => name);
    const sections = [...page.matchAll(/<section id="([a-z-]+)"/g)].map(([, name]) => name);
    expect(sections).toEqual(links);
    expect(new Set(links).size).toBe(links.length);
  });

  test('states the key that signs the bundle', async () => {
    expect(pageOf(await evidenceOf([]), 'en')).toContain('abababab abababab');
  });
});

test('a long list shows its beginning, its number and the file that has all of it', async () => {
  const evidence = await evidenceOf([kmsRecord({ requestID: 'rogue' })]);
  const [one] = evidence.access.unexplained.items;
  if (one === undefined) throw new Error('there is no unexplained decryption to repeat');
  const unexplained = { items: Array.from({ length: 1_000 }, () => one), total: 54_321 };
  const page = pageOf({ ...evidence, access: { ...evidence.access, unexplained } }, 'en');
  expect(page.match(/<article class="record">/g)).toHaveLength(100);
  expect(page).toContain(english.more(54_221, 'decryptions.csv, re_encryptions.csv'));
  expect(page.length).toBeLessThan(400_000);
});

describe('keys and permissions', () => {
  test('say where no template was given', async () => {
    expect(pageOf(await evidenceOf([]), 'en').match(/No template was given/g)).toHaveLength(2);
  });

  test('show each key with its rotation and its changes in the period', async () => {
    const rotated = kmsRecord({ eventName: 'RotateKey', eventID: 'rotation' });
    const page = pageOf(await evidenceOf([rotated]), 'en', { keys: [KEY], permissions: [] });
    expect(page).toContain('by KMS, every 365 days');
    expect(page).toContain('RotateKey × 1');
    expect(page).toContain('Opens what it made: As long as a card is stored.');
  });
});

describe('evidence for a requirement', () => {
  const requirement = (id: string): Requirement => {
    const found = Object.values(STANDARDS)
      .flat()
      .find((candidate: Requirement) => candidate.id === id);
    if (found === undefined) throw new Error('there is no such requirement');
    return found;
  };
  const statesOf = (id: string, evidence: Evidence) =>
    evidenceFor(requirement(id), evidence).map(({ kind, state }) => `${kind} ${state}`);

  test('is shown by decryptions with their reasons, and contradicted by one without', async () => {
    const good = await evidenceOf([...erased, kmsRecord({ requestID: 'r1' })], [charge]);
    const bad = await evidenceOf([kmsRecord({ requestID: 'rogue' })]);
    expect([statesOf('10.2.1.1', good), statesOf('10.2.1.1', bad)]).toEqual([
      ['decryptions shown'],
      ['decryptions contradicted'],
    ]);
  });

  test('is not claimed where nothing happened, nothing was looked at, or no trail could say', async () => {
    const nothing = await evidenceOf([]);
    expect(statesOf('10.2.1.1', nothing)).toEqual(['decryptions quiet']);
    expect(statesOf('12.10.7', nothing)).toEqual(['residue unlooked']);
    expect(statesOf('8.4.2', nothing)).toEqual(['watch unlooked']);
    expect(statesOf('3.4.1', nothing)).toEqual([]);
  });

  test('is contradicted by a broken watch rule of its clause', async () => {
    const changed = await evidenceOf([kmsRecord({ eventName: 'DisableKey', eventID: 'disabled' })]);
    expect(statesOf('3.7.4', changed)).toEqual(['administration recorded', 'watch contradicted']);
  });
});

describe('the template', () => {
  test('escapes strings, numbers and lists, and leaves its own parts alone', () => {
    expect(html`<p>${'<'}${7}${[html`<b>${'&'}</b>`, '>']}${undefined}</p>`.text).toBe('<p>&lt;7<b>&amp;</b>&gt;</p>');
  });
});
