/**
 * Checks imports against the rows of house.ts: each goes to a folder that its row names, each row is used, and there
 * are no cycles.
 */
import { EVERYTHING, HOUSE, type House, type ImportTarget, TO_COME } from './house.ts';
import { type Module, resolveImport } from './syntax.ts';

/** Packages that only one folder may use, with the reason. Tests and tools may use them too. */
const BOUND_PACKAGES: Readonly<Record<string, string>> = {
  // AGPL: it checks permissions on a developer's machine and must never be deployed.
  '@cloud-copilot/iam-simulate': 'local',
  dynalite: 'local',
};

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.');
const isUnder = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
const fileOf = (target: ImportTarget): string => (typeof target === 'string' ? target : target.file);

/** The name of a file's row: its own, its folder's, or the `/**` row of a folder above. */
function rowOf(path: string, house: House): string | undefined {
  const below = Object.keys(house).find((name) => name.endsWith('/**') && isUnder(path, name.slice(0, -3)));
  return [path, folderOf(path)].find((name) => Object.hasOwn(house, name)) ?? below;
}

/** Whether the target allows importing the file. */
const reaches = (target: ImportTarget, path: string): boolean =>
  target === EVERYTHING || fileOf(target) === (typeof target === 'string' ? folderOf(path) : path);

export function wrongArrows(modules: readonly Module[], house: House = HOUSE): string[] {
  const unknown = new Set(modules.map(({ path }) => path).filter((path) => rowOf(path, house) === undefined));
  const rooms = new Set([...unknown].map(folderOf));
  return [
    ...[...rooms].map((folder) => `${folder}/ has no row in tools/tidy/house.ts`),
    ...modules.flatMap((module) => wrongImports(module, house)),
  ];
}

function wrongImports({ path, imports }: Module, house: House): string[] {
  const row = rowOf(path, house);
  const targets = row === undefined ? [] : (house[row] ?? []);
  return imports.flatMap(({ specifier, line }) => {
    const home = BOUND_PACKAGES[specifier];
    if (home !== undefined && ![home, 'test', 'tools'].some((folder) => isUnder(path, folder))) {
      return [`${path}:${line} imports ${specifier}, which only ${home}/ may`];
    }
    const target = resolveImport(path, specifier);
    const isNeighbor = target !== null && row === folderOf(path) && folderOf(target) === row;
    if (target === null || isNeighbor || targets.some((allowed) => reaches(allowed, target))) return [];
    return [`${path}:${line} imports ${target}, which ${row ?? folderOf(path)} may not`];
  });
}

/** Rows without a file, and targets that no file of the row imports, so that the table allows no more than is used. */
export function idleRows(modules: readonly Module[], house: House = HOUSE): string[] {
  return Object.entries(house).flatMap(([name, targets]) => {
    const mine = modules.filter(({ path }) => rowOf(path, house) === name);
    if (Object.hasOwn(TO_COME, name)) return mine.length === 0 ? [] : [`${name} is there: its row has come`];
    if (mine.length === 0) return [`${name} has a row and no file`];
    const paths = mine.flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier }) => resolveImport(path, specifier) ?? []),
    );
    const idle = targets.filter((target) => !paths.some((path) => reaches(target, path)));
    return idle.map((target) => `${name} may import ${fileOf(target)} and does not`);
  });
}

/** Cycles of rows. A folder and one inside it may import each other; their files may not form a cycle. */
export function circularRows(house: House = HOUSE): string[] {
  const isKin = (a: string, b: string) => isUnder(a, b) || isUnder(b, a);
  const targetsOf = (name: string): string[] =>
    (house[name] ?? [])
      .filter((target) => target !== EVERYTHING)
      .map((target) => (typeof target === 'string' ? target : folderOf(target.file)))
      .filter((target) => Object.hasOwn(house, target) && !isKin(name, target));
  return circles(new Map(Object.keys(house).map((name) => [name, targetsOf(name)])));
}

/** Each cycle of imports, those of types too, as the files on it. */
export function importCycles(modules: readonly Module[]): string[] {
  const targets = modules.map(
    ({ path, imports }) => [path, imports.flatMap(({ specifier }) => resolveImport(path, specifier) ?? [])] as const,
  );
  return circles(new Map(targets));
}

function circles(targets: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const follow = (name: string, trail: readonly string[]): void => {
    const at = trail.indexOf(name);
    if (at !== -1) found.push([...trail.slice(at), name].join(' → '));
    if (at !== -1 || finished.has(name)) return;
    for (const target of targets.get(name) ?? []) follow(target, [...trail, name]);
    finished.add(name);
  };
  for (const name of targets.keys()) follow(name, []);
  return found;
}

/** Code that is deployed may use `dependencies` only; types are erased, so they may come from anywhere. */
export function undeployedPackages(modules: readonly Module[], dependencies: readonly string[]): string[] {
  const deployed = modules.filter(({ path }) => /^(shared|audit|functions)\//.test(path));
  return deployed.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, line, isTypeOnly }) => {
      const isOurs = specifier.startsWith('.') || specifier.startsWith('node:');
      if (isOurs || isTypeOnly || dependencies.some((name) => isUnder(specifier, name))) return [];
      return [`${path}:${line} imports ${specifier}, which package.json does not list as a dependency`];
    }),
  );
}
