/**
 * The controls map: every requirement of PCI DSS 4.0.1 and of the Japanese guidelines that this project addresses, in
 * order. Nothing else is claimed: policies, people and premises are the companies' own.
 */
import type { Requirement } from './control.ts';
import { JAPAN } from './japan.ts';
import { PCI_ACCESS } from './pci-access.ts';
import { PCI_DATA } from './pci-data.ts';
import { PCI_LOGGING } from './pci-logging.ts';

export const STANDARDS = {
  pci: [...PCI_DATA, ...PCI_ACCESS, ...PCI_LOGGING],
  japan: JAPAN,
} as const satisfies Record<string, readonly Requirement[]>;

export type Standard = keyof typeof STANDARDS;
