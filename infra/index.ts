/**
 * The exports for another CDK app: the vault as a construct, the store for its evidence, and the function that bundles
 * its handlers. docs/recipes/use-the-construct.md shows a whole app.
 */
import { join } from 'node:path';
import { bundleFunctions, projectPaths } from './bundle.ts';
import { ROUTES, SCHEDULES, UPKEEP } from './routes.ts';

export type { LiveDestination } from '../shared/base/destinations.ts';
export { AuditStack, type AuditStackProps } from './audit-stack.ts';
export { CardVault } from './card-vault.ts';
export { type ITrailStore, TrailStore, type TrailStoreProps } from './constructs/trail-store.ts';
export type { CardVaultProps, DomainProps, EdgeProps, EgressProps, MutualTlsProps, NetworkProps } from './props.ts';
export { VaultChecks } from './rules/vault-checks.ts';
export { VaultStack } from './vault-stack.ts';

/**
 * Bundles every function and page, from any working directory, and returns the folder for `CardVaultProps.bundles`. The
 * same sources give the same bytes, so a second call changes nothing.
 */
export async function bundleVault(): Promise<string> {
  const paths = projectPaths(join(import.meta.dirname, '..'));
  await bundleFunctions([...ROUTES, ...SCHEDULES, ...Object.values(UPKEEP)], paths);
  return paths.output;
}
