/** The stack that is deployed: one vault, whose names it publishes, with each audit finding fixed or answered for. */
import { type App, Stack } from 'aws-cdk-lib';
import { acknowledgeFindings } from './acknowledgements.ts';
import { CardVault } from './card-vault.ts';

export interface VaultStackProps {
  readonly bundles: string;
  readonly production: boolean;
}

export class VaultStack extends Stack {
  readonly vault: CardVault;

  constructor(scope: App, id: string, { bundles, production }: VaultStackProps) {
    super(scope, id, {
      description: 'Fuda: a card vault in your own account',
      terminationProtection: production,
    });
    this.vault = new CardVault(this, 'Vault', { bundles, production });
    this.vault.publishOutputs(this);
    acknowledgeFindings(this);
  }
}
