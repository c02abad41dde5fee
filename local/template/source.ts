/** The resources of a template by type, their properties resolved. */
import type { Assembly } from './assembly.ts';
import { type Account, Resolver } from './resolve.ts';

export class TemplateSource extends Resolver {
  readonly assembly: Assembly;
  readonly account: Account;

  constructor(assembly: Assembly, account: Account) {
    super(assembly.template, assembly.stackName, account, exportsOf(assembly, account));
    this.assembly = assembly;
    this.account = account;
  }

  /** Every resource of the given types, in the template's order. */
  ofType(...types: readonly string[]): { logicalId: string; properties: unknown; metadata: Record<string, unknown> }[] {
    return Object.entries(this.assembly.template.Resources)
      .filter(([, resource]) => types.includes(resource.Type))
      .map(([logicalId, resource]) => ({
        logicalId,
        properties: this.resolve(resource.Properties, logicalId),
        metadata: resource.Metadata ?? {},
      }));
  }
}

/** What the other stacks of the app export; they take nothing from each other. */
const exportsOf = ({ others }: Assembly, account: Account): Map<string, unknown> =>
  new Map(others.flatMap(({ template, stackName }) => [...new Resolver(template, stackName, account).exports()]));
