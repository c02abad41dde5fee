/** The packages that are passed on, and their licenses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { bundledPackages, renderLicenses } from '../../../tools/docs/render-licenses.ts';
import { packageTitle } from '../../../web/licenses.ts';

const root = join(import.meta.dirname, '../../..');
const written = readFileSync(join(root, 'THIRD-PARTY-LICENSES.txt'), 'utf8');

let packages: readonly string[];
beforeAll(async () => {
  packages = await bundledPackages(root);
});

test('THIRD-PARTY-LICENSES.txt has every package of every bundle with its text', () => {
  expect(renderLicenses(root, packages)).toBe(written);
  for (const known of ['zod', 'jose', '@middy/core', '@aws-sdk/client-kms', 'uqr']) {
    expect(packages).toContain(`node_modules/${known}`);
  }
  for (const folder of packages) expect(written).toContain(packageTitle(root, folder));
  for (const part of written.split(`\n${'-'.repeat(80)}\n`).slice(1)) expect(part).toMatch(/Copyright|copyright/);
});

describe('a license that asks for more than its notice', () => {
  const AGPL = ['iam-simulate', 'iam-policy', 'iam-utils'].map((name) => `node_modules/@cloud-copilot/${name}`);

  test.each(AGPL)('as %s has it, is in no bundle and would be refused', (folder) => {
    expect(packages).not.toContain(folder);
    expect(() => packageTitle(root, folder)).toThrow('AGPL-3.0-or-later, is not one of');
  });

  test('is named to readers', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    for (const name of ['@cloud-copilot/iam-simulate', 'iam-policy', 'iam-utils', 'AGPL-3.0-or-later']) {
      expect(readme).toContain(name);
    }
  });

  test('is of no other package that the repository installs, unless there is a choice', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { license?: string }>;
    };
    const copyleft = Object.entries(lock.packages).filter(([, { license = '' }]) =>
      /^(?!.*\bMIT OR\b).*(?:GPL|SSPL|BUSL)/.test(license),
    );
    expect(copyleft.map(([folder]) => folder).sort()).toEqual([...AGPL].sort());
  });
});
