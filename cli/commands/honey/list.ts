/**
 * `fuda honey list`: lists the planted records from the operator's own file, because the operator cannot decrypt the
 * vault's list.
 */
import { type PlainCommand, UsageError } from '../../core/command.ts';
import { columns } from '../../core/help.ts';
import { HONEY_FILE, type Planted, readHoneyFile } from './file.ts';

export const honeyList: PlainCommand = {
  name: 'honey list',
  summary: 'List the honey records that were planted from here.',
  positionals: [],
  options: { file: { value: 'file', about: `where the list is kept (default: ${HONEY_FILE})` } },
  notes: ['A token is shown by its SHA-256, as the trail and the tables name it; the token itself is in the file.'],
  examples: ['honey list'],
  async run(input) {
    const planted = readHoneyFile(input.optional('file') ?? HONEY_FILE);
    if (planted === undefined) throw new UsageError('There is no list of honey records here; --file names one.');
    return {
      text: columns(planted.map(row)).join('\n') || 'Nothing was planted.',
      json: {
        planted: planted.map(({ merchant, mode, planted_at, honey }) => ({
          kind: honey.kind,
          record: honey.record,
          merchant,
          mode,
          planted_at,
        })),
      },
    };
  },
};

const row = ({ merchant, mode, planted_at, honey }: Planted) =>
  [honey.record, `${honey.kind}, ${mode}, of ${merchant}, planted ${planted_at}`] as const;
