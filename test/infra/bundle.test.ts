import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleFunctions, projectPaths } from '../../infra/bundle.ts';
import { bundleOf, list, ROWS } from './template.ts';

const project = join(import.meta.dirname, '../..');
const root = mkdtempSync(join(tmpdir(), 'fuda-bundle-'));
const row = { entry: 'api/say-hello', tables: {}, keys: {} } as const;

const HANDLER = `
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
const kms = new KMSClient({ region: 'us-east-1' });
export const handler = async () => (await kms.config.credentials()).accessKeyId;
export const unused = () => new DecryptCommand({ CiphertextBlob: new Uint8Array() });
`;

beforeAll(() => {
  const source = join(root, 'functions', `${row.entry}.ts`);
  mkdirSync(dirname(source), { recursive: true });
  writeFileSync(source, HANDLER);
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));
});
afterAll(() => rmSync(root, { recursive: true }));

const bundled = (entry: string) => readFileSync(join(root, '.build/functions', entry, 'index.mjs'), 'utf8');

describe('bundling', () => {
  test('a route without its handler is refused by the name of the missing file', async () => {
    const missing = { ...row, entry: 'api/say-goodbye' };
    await expect(bundleFunctions([row, missing], projectPaths(root))).rejects.toThrow('functions/api/say-goodbye.ts');
  });

  test('the same sources give the same bytes', async () => {
    await bundleFunctions([row], projectPaths(root));
    const first = bundled(row.entry);
    await bundleFunctions([row], projectPaths(root));
    expect(bundled(row.entry)).toBe(first);
  });

  test('a bundle says nothing about the machine that made it', async () => {
    await bundleFunctions([row], projectPaths(root));
    expect(bundled(row.entry)).not.toContain(root);
    expect(bundled(row.entry)).not.toContain(project);
  });

  test('a bundle runs, and its credentials come from the environment', async () => {
    await bundleFunctions([row], projectPaths(root));
    process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
    process.env.AWS_SECRET_ACCESS_KEY = 'not-a-secret';
    const { handler } = await import(join(root, '.build/functions', row.entry, 'index.mjs'));
    expect(await handler()).toBe('AKIDEXAMPLE');
  });
});

describe('the bundles that are deployed', () => {
  // Bundles are large: compare what was found, so that a failure does not print one.
  const mentions = (entry: string, pattern: RegExp) => pattern.test(bundleOf(entry));
  /** An SDK command after minifying: a class of a base that takes the operation's name. */
  const command = (operation: string) => `class extends [\\w$]+\\([\\w$]+,[\\w$]+,"${operation}",`;
  const asks = (entry: string, operation: string) => mentions(entry, new RegExp(command(operation)));

  test('only functions that may decrypt contain the code to ask for it', () => {
    for (const { entry, keys } of ROWS) {
      const actions = Object.values(keys).flatMap((allowed) => list<string>(allowed));
      expect([entry, asks(entry, 'Decrypt')]).toEqual([entry, actions.includes('Decrypt')]);
      expect([entry, asks(entry, 'GenerateMac')]).toEqual([entry, actions.includes('GenerateMac')]);
    }
  });

  test('those that call more than KMS and DynamoDB say so, or a network would shut them in', () => {
    const outside = new RegExp(
      `api\\.stripe\\.com|dangerouslyAllowLoopback|${command('GetObject')}|${command('PutObject')}`,
    );
    for (const row of ROWS) {
      expect([row.entry, mentions(row.entry, outside)]).toEqual([row.entry, row.reaches !== undefined]);
    }
  });

  test('none can take credentials from a profile, a program, SSO or instance metadata', () => {
    const others = /credential_process|aws_secret_access_key|sso_start_url|iam\/security-credentials/;
    expect(ROWS.filter(({ entry }) => mentions(entry, others)).map(({ entry }) => entry)).toEqual([]);
  });

  test('each stays under 400 kB, so that a cold start reads little; scheduled ones, under 700', () => {
    const limit = ({ trail }: (typeof ROWS)[number]) => (trail === undefined ? 400_000 : 700_000);
    const heavy = ROWS.filter((row) => Buffer.byteLength(bundleOf(row.entry)) > limit(row));
    expect(heavy.map(({ entry }) => entry)).toEqual([]);
  });
});
