/** Which folder may import which (ARCHITECTURE.md): the arrows point one way, and no file reaches itself again. */
import { type Module, resolveImport } from './syntax.ts';

/**
 * The importing folder → what it may import: a folder, one file, or `folder/*` for the files that lie in it directly.
 * The longest folder that fits a file counts.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'shared/base': ['shared/base'],
  // Runs in browsers too, so it may know nothing of servers.
  'shared/card': ['shared/card'],
  // The domain, in the order a payment meets it: no noun knows of those that use it.
  'shared/merchants': ['shared/merchants', 'shared/base'],
  'shared/payments/processors': ['shared/payments/processors', 'shared/merchants', 'shared/card', 'shared/base'],
  'shared/risk': ['shared/risk', 'shared/merchants', 'shared/base'],
  'shared/vault': ['shared/vault', 'shared/risk', 'shared/merchants', 'shared/card', 'shared/base'],
  // Charges and forwards are entries of one ledger, which knows neither.
  'shared/ledger': ['shared/ledger', 'shared/vault', 'shared/merchants', 'shared/base'],
  // Its items lie in the Ledger under the index by which the auditor finds every entry.
  'shared/vault/export': ['shared/vault/export', 'shared/ledger', 'shared/vault', 'shared/base'],
  'shared/payments/charges': ['shared'],
  // The auditor's tool shares no code with what it audits.
  audit: ['audit', 'shared/base'],
  shared: ['shared'],
  // What sees no card number may not import from the folder that does.
  'functions/api': ['functions/*', 'shared'],
  'functions/cde': ['functions/*', 'functions/cde', 'shared'],
  'functions/scheduled': ['functions/*', 'shared'],
  functions: ['functions/*', 'shared'],
  web: ['web', 'shared/card'],
  // Handlers are named by path only; tables and keys are data.
  infra: ['infra', 'shared/base'],
  // The command line finds the right Node the way `npm start` does; in its npm package it is one bundle.
  cli: ['cli', 'shared', 'tools/with-node.mjs', '.build/cli/main.mjs'],
  // An example must be a program that a merchant could have written.
  examples: ['examples'],
  // Handlers run as the bundles of the template, so none is imported; refusals have one shape everywhere.
  local: ['local', 'shared', 'functions/runtime/problems.ts', 'examples'],
  test: ['test', 'shared', 'functions', 'infra', 'web', 'local', 'cli', 'examples'],
};

/** Packages that only one folder may use, with the reason. */
const BOUND_PACKAGES: Readonly<Record<string, string>> = {
  // AGPL: it checks permissions on a developer's machine and must never be deployed.
  '@cloud-copilot/iam-simulate': 'local',
  dynalite: 'local',
};

const isUnder = (path: string, folder: string): boolean =>
  folder.endsWith('/*')
    ? path.slice(0, path.lastIndexOf('/')) === folder.slice(0, -2)
    : path === folder || path.startsWith(`${folder}/`);

export function wrongArrows(modules: readonly Module[]): string[] {
  return modules.flatMap((module) => {
    const folder = Object.keys(ARROWS)
      .filter((name) => isUnder(module.path, name))
      .toSorted((a, b) => b.length - a.length)[0];
    if (folder === undefined) return [];
    return module.imports.flatMap(({ specifier, line }) => {
      const target = resolveImport(module.path, specifier);
      const home = BOUND_PACKAGES[specifier];
      if (home !== undefined && folder !== 'test' && folder !== home) {
        return [`${module.path}:${line} imports ${specifier}, which only ${home}/ may`];
      }
      if (target === null || ARROWS[folder]?.some((allowed) => isUnder(target, allowed))) return [];
      return [`${module.path}:${line} imports ${target}, which ${folder}/ may not`];
    });
  });
}

/** Code that is deployed may use `dependencies` only; types are erased, so they may come from anywhere. */
export function undeployedPackages(modules: readonly Module[], dependencies: readonly string[]): string[] {
  const deployed = modules.filter(({ path }) => /^(shared|functions)\//.test(path));
  return deployed.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, line, isTypeOnly }) => {
      const isOurs = specifier.startsWith('.') || specifier.startsWith('node:');
      if (isOurs || isTypeOnly || dependencies.some((name) => isUnder(specifier, name))) return [];
      return [`${path}:${line} imports ${specifier}, which is no dependency of package.json`];
    }),
  );
}

/** Each cycle of imports that are left when the program runs, as the files on it. Types may refer to each other. */
export function importCycles(modules: readonly Module[]): string[] {
  const targets = new Map(
    modules.map(({ path, imports }) => [
      path,
      imports.flatMap(({ specifier, isTypeOnly }) => (isTypeOnly ? [] : (resolveImport(path, specifier) ?? []))),
    ]),
  );
  const cycles: string[] = [];
  const finished = new Set<string>();
  const follow = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at !== -1) cycles.push([...trail.slice(at), path].join(' → '));
    if (at !== -1 || finished.has(path)) return;
    for (const target of targets.get(path) ?? []) follow(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of targets.keys()) follow(path, []);
  return cycles;
}
