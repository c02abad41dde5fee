/** The report says what the audit found, in both languages, and strangers’ text stays text. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Evidence } from '../../shared/audit/evidence.ts';
import type { RecordedReason } from '../../shared/audit/reasons.ts';
import { escapeHtml, html } from '../../shared/audit/render/html.ts';
import { reportJson } from '../../shared/audit/render/json.ts';
import { english } from '../../shared/audit/render/messages-en.ts';
import { japanese } from '../../shared/audit/render/messages-ja.ts';
import { reportHtml } from '../../shared/audit/render/page.ts';
import { examine } from './examine.ts';
import { HOUR_MS, kmsRecord, RESOURCES, START_MS, TestTrail, tableRecord } from './trail-maker.ts';

const HOSTILE = '<script>alert(1)</script>"\'&\u202Egpj.exe';

async function evidenceOf(records: readonly unknown[], reasons: readonly RecordedReason[] = []): Promise<Evidence> {
  using trail = new TestTrail();
  trail.log(START_MS + 10 * 60_000, records);
  trail.digest(START_MS + HOUR_MS);
  return await examine(trail, { nowMs: START_MS + HOUR_MS + 60_000, reasons });
}

const charge: RecordedReason = {
  kind: 'charge',
  id: 'ch_1',
  merchantId: 'mer_a',
  createdAtMs: START_MS + 10 * 60_000,
  record: 'hash_a',
  reveals: [{ key: 'PanKey', requestId: 'r1', atMs: START_MS + 10 * 60_000, attempts: 1 }],
  storeRequestId: undefined,
};

/** The write that spent the charge's token. */
const erased = [tableRecord('Tokens', 'UpdateItem', { key: { token_hash: 'hash_a' } })];

describe('a clean period', () => {
  test('passes in both languages and as JSON', async () => {
    const evidence = await evidenceOf([...erased, kmsRecord({ requestID: 'r1' })], [charge]);
    expect(evidence.passed).toBe(true);
    expect(reportHtml(evidence, 'en')).toContain(escapeHtml(english.passed));
    expect(reportHtml(evidence, 'ja')).toContain(japanese.passed);
    const json = JSON.parse(reportJson(evidence));
    expect(json).toMatchObject({ passed: true, findings: [], counts: { decryptions: 1, matched: 1, logs_valid: 1 } });
    expect(json.decryptions.items[0]).toMatchObject({
      aws_request_id: 'r1',
      explanation: 'matched',
      reason_id: 'ch_1',
    });
  });

  test('without any decryption still makes a whole page', async () => {
    const page = reportHtml(await evidenceOf([]), 'en');
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
      const page = reportHtml(evidence, locale);
      const first = page.slice(0, page.indexOf(escapeHtml(words.sections.summary)));
      for (const said of [
        words.failed(1),
        words.findings.decryption_unexplained,
        'rogue-event',
        '203.0.113.66',
        'mer_a',
      ]) {
        expect(first).toContain(escapeHtml(said));
      }
    }
  });

  test('cannot put markup, quotes or reordered text into the page', async () => {
    const page = reportHtml(await evidenceOf([rogue]), 'en');
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
    const evidence = await evidenceOf([record, refused, managed, moved]);
    for (const locale of ['en', 'ja'] as const) expect(reportHtml(evidence, locale)).not.toMatch(/<script|\u202E/);
  });

  test('the page refuses scripts and loads nothing from elsewhere', async () => {
    const page = reportHtml(await evidenceOf([]), 'en');
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'"`);
    expect(page).not.toMatch(/src=|href=|url\(|@import/);
  });
});

describe('the template', () => {
  test('escapes strings, numbers and lists, and leaves its own parts alone', () => {
    expect(html`<p>${'<'}${7}${[html`<b>${'&'}</b>`, '>']}${undefined}</p>`.text).toBe('<p>&lt;7<b>&amp;</b>&gt;</p>');
  });
});
