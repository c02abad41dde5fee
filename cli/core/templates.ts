/** Finds the CloudFormation templates with the keys, roles and permissions of a vault, for the evidence report. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readResources } from '../../audit/template.ts';
import { type Input, UsageError } from './command.ts';
import type { Connection } from './connection.ts';

const MAX_TEMPLATE_BYTES = 16 * 1024 * 1024;
const SUFFIX = '.template.json';

/** The templates that `--template` names; undefined where absent. */
export function givenTemplates(input: Input): readonly unknown[] | undefined {
  const given = input.all('template');
  return given.length === 0 ? undefined : given.map(readTemplate);
}

/** The connected vault's templates; empty, with a message on stderr, where reading them is not permitted. */
export async function ownTemplates(connection: Connection): Promise<readonly unknown[]> {
  try {
    return await connection.templates();
  } catch (error) {
    if (!(error instanceof Error && error.name.startsWith('AccessDenied'))) throw error;
    process.stderr.write('These credentials may not read the stack’s template; give it with --template.\n');
    return [];
  }
}

function readTemplate(path: string): unknown {
  if (!existsSync(path)) throw new UsageError('--template names a file that does not exist.');
  try {
    if (statSync(path).size > MAX_TEMPLATE_BYTES) throw new Error('too large');
    const template: unknown = JSON.parse(readFileSync(path, 'utf8'));
    readResources([template]);
    return template;
  } catch {
    throw new UsageError('--template must name a CloudFormation template in JSON, as npm run cdk -- synth writes it.');
  }
}

/** Every template of a synthesized app; empty where the folder is missing. */
export function assemblyTemplates(folder: string | undefined): readonly unknown[] {
  if (folder === undefined || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown);
}
