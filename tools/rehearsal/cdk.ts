/** Runs the CDK's own command line on an assembly, and reads the resources from CloudFormation. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { ACCOUNT, REGION, type StandIn } from './stand-in.ts';

const TIMEOUT_MS = 10 * 60_000;
const STACKS = ['FudaAudit', 'Fuda'] as const;

export interface Cdk {
  bootstrap(): Promise<void>;
  /** Returns the outputs of the stack Fuda. */
  deploy(assembly: string): Promise<Readonly<Record<string, string>>>;
  destroy(assembly: string): Promise<void>;
}

export function cdkFor(root: string, standIn: StandIn, scratch: string): Cdk {
  const cdk = (...args: readonly string[]) => runCdk(root, standIn, args);
  return {
    bootstrap: () => cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`, '--ci'),
    async deploy(assembly) {
      const file = join(scratch, 'outputs.json');
      await cdk('deploy', '--all', '--app', assembly, '--require-approval', 'never', '--ci', '--outputs-file', file);
      return (JSON.parse(readFileSync(file, 'utf8')) as { Fuda: Record<string, string> }).Fuda;
    },
    destroy: (assembly) => cdk('destroy', '--all', '--app', assembly, '--force', '--ci'),
  };
}

async function runCdk(root: string, { environment }: StandIn, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices'], {
    cwd: root,
    env: { ...process.env, ...environment, CDK_DISABLE_CLI_TELEMETRY: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  let printed = '';
  const keep = (text: Buffer) => {
    printed = (printed + text.toString()).slice(-8_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`cdk ${args[0]} failed (exit ${code}):\n${printed}`);
}

export interface Deployed {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
}

/** Every resource of both stacks. */
export async function deployedResources(endpoint: string): Promise<readonly Deployed[]> {
  const client = new CloudFormationClient({ endpoint, region: REGION });
  const found: Deployed[] = [];
  for (const StackName of STACKS) {
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
      for (const { LogicalResourceId, ResourceType, PhysicalResourceId } of StackResourceSummaries) {
        found.push({
          logicalId: LogicalResourceId ?? '',
          type: ResourceType ?? '',
          physicalId: PhysicalResourceId ?? '',
        });
      }
    }
  }
  client.destroy();
  return found;
}
