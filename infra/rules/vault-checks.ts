/**
 * The vault’s own rule pack: requirements of PCI DSS 4.0.1 for a card vault that no general pack can check. It runs on
 * every synthesis, beside the packs of cdk-nag; docs/reference/rules.md lists its rules.
 */
import type { CfnResource } from 'aws-cdk-lib';
import { NagMessageLevel, NagPack, NagRuleCompliance } from 'cdk-nag';
import { RULES } from './pack.ts';
import { readResource } from './read-resource.ts';

export class VaultChecks extends NagPack {
  readonly name = 'Fuda PCI DSS 4.0.1';
  protected override packName = 'PCI.DSS.401';

  protected checkResource(node: CfnResource): void {
    const rules = RULES.filter(({ types }) => types.includes(node.cfnResourceType));
    if (rules.length === 0) return;
    const resource = readResource(node);
    for (const rule of rules) {
      this.applyRule({
        ruleSuffixOverride: rule.name,
        info: `${rule.says} (PCI DSS 4.0.1 ${rule.requirement}).`,
        explanation: '',
        level: NagMessageLevel.ERROR,
        node,
        rule: () => {
          const faults = rule.faults(resource);
          return faults.length > 0 ? [...faults] : NagRuleCompliance.COMPLIANT;
        },
      });
    }
  }
}
