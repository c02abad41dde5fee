/**
 * `npm run lint:templates`: synthesizes every environment and checks it with programs that this project did not write,
 * cfn-lint and checkov from PyPI. Without Python and pip it says so and checks nothing.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { pythonProgram } from '../../test/setup/python.ts';
import { type Answer, CFN_LINT, CHECKOV } from './answers.ts';

const root = join(import.meta.dirname, '../..');
const work = join(root, '.build/lint');
const python = join(work, 'python');
const requirements = join(import.meta.dirname, 'requirements.txt');
const MINUTE_MS = 60_000;
const REGIONS = ['ap-northeast-1', 'us-east-1'];

/** Environment → contexts of infra/app.ts. */
const ENVIRONMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dev: {},
  prod: { env: 'prod' },
  'vault-of-two-accounts': {
    env: 'prod',
    'trail-bucket': 'fuda-trail-of-the-auditors',
    'trail-key-arn': 'arn:aws:kms:ap-northeast-1:111122223333:key/1f6ab1c0-0000-4000-8000-000000000000',
  },
  'auditors-of-two-accounts': { env: 'prod', 'vault-account': '111122223333' },
};

interface Finding {
  readonly check: string;
  readonly resource: string;
  readonly where: string;
}

function run(program: string, args: readonly string[], timeoutMs: number, env: NodeJS.ProcessEnv = process.env) {
  return spawnSync(program, [...args], {
    cwd: root,
    env,
    encoding: 'utf8',
    timeout: timeoutMs,
    maxBuffer: 256 * 1024 * 1024,
  });
}

/** Why the checkers are not available; null where they are. */
function missing(): string | null {
  try {
    pythonProgram(python, requirements, 'cfn-lint');
    return null;
  } catch (error) {
    return (error as Error).message.trim();
  }
}

function synthesize(name: string): string[] {
  const folder = join(work, name);
  rmSync(folder, { recursive: true, force: true });
  const env = { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(ENVIRONMENTS[name]) };
  const { status, stderr } = run(process.execPath, ['--no-warnings', 'infra/app.ts'], 3 * MINUTE_MS, env);
  if (status !== 0) throw new Error(`${name} does not synthesize:\n${stderr}`);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => join(folder, file));
}

const CfnLint = z.array(
  z.object({
    Filename: z.string(),
    Rule: z.object({ Id: z.string() }),
    Message: z.string(),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullable() }),
  }),
);

function cfnLint(templates: readonly string[]): Finding[] {
  const args = ['--format', 'json', '--regions', ...REGIONS, '--', ...templates];
  const { status, stdout, stderr } = run(join(python, 'venv/bin/cfn-lint'), args, 5 * MINUTE_MS);
  if (status === null || stdout === '') throw new Error(`cfn-lint did not answer: ${stderr}`);
  return CfnLint.parse(JSON.parse(stdout)).map(({ Filename, Rule, Message, Location }) => ({
    check: Rule.Id,
    resource: String(Location.Path?.[1] ?? ''),
    where: `${Filename.slice(work.length + 1)}: ${Message}`,
  }));
}

const Checkov = z.object({
  summary: z.object({ passed: z.number(), parsing_errors: z.number() }),
  results: z.object({
    failed_checks: z.array(
      z.object({ check_id: z.string(), check_name: z.string(), resource: z.string(), file_path: z.string() }),
    ),
  }),
});

function checkov(templates: readonly string[]): { readonly passed: number; readonly failed: Finding[] } {
  // Without network features, so that it reads only the files.
  const args = ['--framework', 'cloudformation', '--output', 'json', '--quiet', '--compact', '--skip-download'];
  const files = templates.flatMap((template) => ['--file', template]);
  const { stdout, stderr } = run(join(python, 'venv/bin/checkov'), [...args, ...files], 5 * MINUTE_MS);
  const { summary, results } = Checkov.parse(JSON.parse(stdout || `"${stderr.slice(0, 200)}"`));
  if (summary.parsing_errors > 0) throw new Error(`checkov could not read ${summary.parsing_errors} of the templates`);
  const failed = results.failed_checks.map(({ check_id, check_name, resource, file_path }) => ({
    check: check_id,
    resource,
    where: `${file_path}: ${check_name}`,
  }));
  return { passed: summary.passed, failed };
}

const isAnswered = ({ check, resource }: Finding, { check: answered, resources }: Answer): boolean =>
  check === answered && (resources?.test(resource) ?? true);

/** Findings without a row, and rows without a finding. */
function faults(findings: readonly Finding[], answers: readonly Answer[]): string[] {
  const open = findings.filter((finding) => !answers.some((answer) => isAnswered(finding, answer)));
  const idle = answers.filter((answer) => !findings.some((finding) => isAnswered(finding, answer)));
  return [
    ...open.map(({ check, resource, where }) => `${check} ${resource} (${where})`),
    ...idle.map(({ check }) => `tools/lint/answers.ts answers ${check}, which nothing raises`),
  ];
}

function main(): number {
  mkdirSync(work, { recursive: true });
  const reason = missing();
  if (reason !== null) {
    process.stdout.write(`cfn-lint and checkov are left out: ${reason}\n`);
    return 0;
  }
  const templates = Object.keys(ENVIRONMENTS).flatMap(synthesize);
  const linted = cfnLint(templates);
  const { passed, failed } = checkov(templates);
  const found = [...faults(linted, CFN_LINT), ...faults(failed, CHECKOV)];
  const environments = `${templates.length} templates of ${Object.keys(ENVIRONMENTS).length} environments`;
  const answered = `cfn-lint ${linted.length} findings, checkov ${passed} passed and ${failed.length} findings`;
  process.stdout.write(`${environments}: ${answered}, ${found.length} of them without an answer\n`);
  for (const fault of found) process.stdout.write(`  ${fault}\n`);
  return found.length === 0 ? 0 : 1;
}

process.exitCode = main();
