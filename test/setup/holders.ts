/**
 * Which deployed code runs which verb of shared/ or audit/, read from the imports of functions/ and cli/: a call that a
 * test makes through `createCharge` needs the permissions of `cde/create-charge`, through `addEndpoint` those of the
 * operator.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES, type Route } from '../../infra/routes.ts';
import { COMMAND_LINE } from './callers.ts';

const root = join(import.meta.dirname, '../..');
const IMPORT = /import \{([^}]+)\} from '(?:\.\.\/)+(?:shared|audit)\/(?!base\/)[^']+'/g;

/** The values a file imports from the domain, by the names they have there. */
const imported = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(IMPORT)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map((name) => name.trim().split(' as ')[0] ?? '')
      .filter((name) => name !== '' && !name.startsWith('type ')),
  );

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, folder, name));

/** Verb → those who run it: entries of infra/routes.ts, and `OperatorPolicy` for the command line. */
export function holdersOfVerbs(): ReadonlyMap<string, ReadonlySet<string>> {
  const holders = new Map<string, Set<string>>();
  const add = (verb: string, holder: string) => holders.set(verb, (holders.get(verb) ?? new Set()).add(holder));
  for (const folder of ['cde', 'api', 'scheduled']) {
    for (const path of filesIn(`functions/${folder}`)) {
      const entry = path.slice(join(root, 'functions/').length, -'.ts'.length);
      for (const verb of imported(path)) add(verb, entry);
    }
  }
  // The pipeline runs before every handler that asks for a key.
  const keyed = ROUTES.filter(({ key }: Route) => key !== 'none');
  for (const verb of imported(join(root, 'functions/runtime/pipeline.ts')))
    for (const { entry } of keyed) add(verb, entry);
  for (const path of filesIn('cli')) for (const verb of imported(path)) add(verb, 'OperatorPolicy');
  add(COMMAND_LINE, 'OperatorPolicy');
  return holders;
}
