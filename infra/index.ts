/**
 * What another CDK app imports: the vault as a construct, the place for its evidence, and the function that builds what
 * its functions run. docs/recipes/use-the-construct.md shows a whole app.
 */
import { join } from 'node:path';
import { bundleFunctions, projectPaths } from './bundle.ts';
import { ROUTES, SCHEDULES, UPKEEP } from './routes.ts';

export { AuditStack, type AuditStackProps } from './audit-stack.ts';
export { CardVault } from './card-vault.ts';
export { type ITrailStore, TrailStore, type TrailStoreProps } from './constructs/trail-store.ts';
export type { CardVaultProps, DomainProps, EdgeProps, EgressProps, MutualTlsProps, NetworkProps } from './props.ts';
export { VaultChecks } from './rules/vault-checks.ts';
export { VaultStack } from './vault-stack.ts';

/**
 * Bundles every function and page, wherever it is called from, and answers the folder that `CardVaultProps.bundles`
 * takes. The same sources give the same bytes, so calling it again changes nothing.
 */
export async function bundleVault(): Promise<string> {
  const paths = projectPaths(join(import.meta.dirname, '..'));
  await bundleFunctions([...ROUTES, ...SCHEDULES, ...Object.values(UPKEEP)], paths);
  return paths.output;
}
