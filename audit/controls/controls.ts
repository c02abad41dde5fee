/**
 * The controls map: every requirement of PCI DSS 4.0.1 and of the Japanese guidelines that this project addresses, in
 * order. Nothing else is claimed: policies, people and premises are the companies' own.
 */

import { JAPAN } from './japan.ts';
import { PCI_ACCESS } from './pci-access.ts';
import { PCI_DATA } from './pci-data.ts';
import { PCI_LOGGING } from './pci-logging.ts';
import type { Requirement } from './requirement.ts';

export const STANDARDS = {
  pci: [...PCI_DATA, ...PCI_ACCESS, ...PCI_LOGGING],
  japan: JAPAN,
} as const satisfies Record<string, readonly Requirement[]>;

export type Standard = keyof typeof STANDARDS;
