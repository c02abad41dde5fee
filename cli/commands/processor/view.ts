/** Formats a merchant's processors, for people and as JSON. */
import type { ProcessorRecord } from '../../../shared/merchants/merchant.ts';
import { columns } from '../../core/help.ts';

export function processorLines(processors: readonly ProcessorRecord[]): string[] {
  if (processors.length === 0) return ['This merchant has no processors; test keys reach the simulator.'];
  return processors.flatMap((record) => [
    `${record.mode} ${record.name} (${record.adapter})${record.is_default ? ', default' : ''}`,
    ...columns([
      ...Object.entries(record.settings).map(([name, value]) => [name, firstLine(value)] as const),
      ['secret', record.secret ?? 'none'],
    ]),
  ]);
}

export const processorJson = ({ name, adapter, mode, settings, secret, is_default }: ProcessorRecord) => ({
  name,
  adapter,
  mode,
  is_default,
  settings,
  secret: secret ?? null,
});

const firstLine = (value: string): string => (value.includes('\n') ? `${value.split('\n')[0]} …` : value);
