/** The deployed stack: one vault, the outputs with its names, and every audit finding fixed or acknowledged. */
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CardVault } from './card-vault.ts';
import type { CardVaultProps } from './props.ts';

export class VaultStack extends Stack {
  readonly vault: CardVault;

  constructor(scope: Construct, id: string, vault: CardVaultProps, stack: StackProps = {}) {
    super(scope, id, {
      description: 'Fuda: a card vault in your own account',
      terminationProtection: vault.production,
      ...stack,
    });
    this.vault = new CardVault(this, 'Vault', vault);
    this.vault.publishOutputs(this);
  }
}
