/**
 * Reads the output of `cdk synth`: the template of the vault's stack, those of stacks it imports values from, and the
 * local path of each packed asset. Like CloudFormation, the local runtime knows the vault only through these files.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});

const StackProperties = z.object({ templateFile: z.string(), stackName: z.string().optional() });

const AssetManifest = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});

export const StackTemplate = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Mappings: z.record(z.string(), z.unknown()).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), Resource),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() }))
    .default({}),
});

export type StackTemplate = z.infer<typeof StackTemplate>;

interface NamedTemplate {
  readonly stackName: string;
  readonly template: StackTemplate;
}

/** The stack with the API, which is the vault's. */
export interface Assembly extends NamedTemplate {
  /** The other stacks of the app, such as the auditors'. */
  readonly others: readonly NamedTemplate[];
  /** S3 object key of an asset, as in a function's Code → its folder or file on this machine. */
  readonly assets: ReadonlyMap<string, string>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** Reads the assembly in `directory`; throws unless it has exactly one stack with an API. */
export function readAssembly(directory: string): Assembly {
  const manifestPath = join(directory, 'manifest.json');
  if (!existsSync(manifestPath)) throw new Error(`no synthesized app in ${directory}: run the synth first`);
  const artifacts = Object.entries(Manifest.parse(readJson(manifestPath)).artifacts);
  const stacks = artifacts
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, { properties }]): NamedTemplate => {
      const { templateFile, stackName } = StackProperties.parse(properties);
      return { stackName: stackName ?? id, template: StackTemplate.parse(readJson(join(directory, templateFile))) };
    });
  const vaults = stacks.filter(({ template }) => hasApi(template));
  const [vault] = vaults;
  if (!vault || vaults.length !== 1)
    throw new Error(`the app in ${directory} has ${vaults.length} stacks with an API; one is expected`);
  return { ...vault, others: stacks.filter((stack) => stack !== vault), assets: readAssets(directory, artifacts) };
}

const hasApi = ({ Resources }: StackTemplate): boolean =>
  Object.values(Resources).some(({ Type }) => Type === 'AWS::ApiGateway::RestApi');

function readAssets(
  directory: string,
  artifacts: readonly (readonly [string, z.infer<typeof Manifest>['artifacts'][string]])[],
): Map<string, string> {
  const assets = new Map<string, string>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest') continue;
    const file = z.object({ file: z.string() }).parse(artifact.properties).file;
    for (const [objectKey, path] of assetPaths(join(directory, file))) assets.set(objectKey, join(directory, path));
  }
  return assets;
}

function assetPaths(manifestPath: string): [objectKey: string, path: string][] {
  return Object.values(AssetManifest.parse(readJson(manifestPath)).files).flatMap(({ source, destinations }) =>
    source.path === undefined
      ? []
      : Object.values(destinations).map(({ objectKey }): [string, string] => [objectKey, source.path ?? '']),
  );
}
