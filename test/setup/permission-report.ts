/**
 * After all tests: says how many AWS calls they made and how these stand to the permissions of the template, and fails
 * the run where a call lacks a permission or, when every test has run, where a permission was never used.
 */
import { existsSync } from 'node:fs';
import { permissionMatrix } from '../../audit/permissions.ts';
import { readStack } from '../../local/template/stack.ts';
import { templatesOf } from './assembly.ts';
import { holdersOfVerbs } from './holders.ts';
import { readUses } from './permission-uses.ts';
import { judge, type Verdicts } from './permissions.ts';

/** How a command line had Jest run only some tests. */
interface RunConfig {
  readonly nonFlagArgs: readonly string[];
  readonly testPathPatterns: { readonly patterns: readonly string[] };
  readonly testNamePattern?: string;
}

export default class PermissionReporter {
  readonly #isWhole: boolean;
  #error: Error | undefined;

  constructor({ nonFlagArgs, testPathPatterns, testNamePattern }: RunConfig) {
    this.#isWhole = nonFlagArgs.length === 0 && testPathPatterns.patterns.length === 0 && !testNamePattern;
  }

  async onRunComplete(): Promise<void> {
    const { FUDA_TEST_ASSEMBLY: assembly = '', FUDA_TEST_USES: folder = '' } = process.env;
    // Without a template, which only some tests need, there is nothing to hold the calls against.
    if (!existsSync(`${assembly}.done`) || !existsSync(folder)) return;
    const matrix = permissionMatrix(templatesOf(assembly));
    const deployed = { stack: readStack(assembly), matrix, holders: holdersOfVerbs() };
    const verdicts = await judge(readUses(folder), deployed);
    const unused = this.#isWhole ? verdicts.unused.map((right) => `nothing uses ${right}`) : [];
    const faults = [...verdicts.missing, ...unused];
    process.stderr.write(`\n${[summary(verdicts, this.#isWhole), ...faults].join('\n')}\n`);
    // Jest fails the run for it, and prints nothing.
    if (faults.length > 0) this.#error = new Error('permissions and calls differ');
  }

  getLastError(): Error | undefined {
    return this.#error;
  }
}

function summary({ calls, kinds, refused, missing, granted, unused }: Verdicts, isWhole: boolean): string {
  const number = (value: number) => value.toLocaleString('en');
  const parts = [
    `${number(calls)} AWS calls checked`,
    `${number(kinds)} kinds by role, action and resource`,
    `${number(refused)} refused as they should be`,
    `${missing.length} without a permission`,
    ...(isWhole ? [`${unused.length} of ${granted} rights unused`] : []),
  ];
  return `Permissions: ${parts.join(', ')}.`;
}
