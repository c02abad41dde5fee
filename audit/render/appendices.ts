/** The appendix files: CSV with every row, written while the audit runs. */
import { FINDINGS_LISTED } from '../answers.ts';
import { type AppendixSink, rowOf, type Table } from '../base/appendix.ts';
import type { BundleWriter } from '../bundle/writer.ts';
import { ERASURES } from '../erasure/erasure.ts';
import type { Findings } from '../finding.ts';
import type { Permission } from '../permissions.ts';
import { ADMINISTRATION, DECRYPTIONS, RE_ENCRYPTIONS, REFUSED, UNSEEN_DECRYPTIONS } from '../reasons/tables.ts';
import { FILES } from '../trail/files.ts';
import { CHANGES } from '../watch/changes.ts';
import { WATCH } from '../watch/watch.ts';
import { LISTINGS } from '../witness/evidence.ts';
import { csvRow } from './csv.ts';

const PERMISSIONS: Table<Permission> = {
  name: 'permissions',
  columns: {
    principal: ({ principal }) => principal,
    principal_kind: ({ principalKind }) => principalKind,
    effect: ({ effect }) => effect,
    actions: ({ actions }) => actions.join(' '),
    resource: ({ resource }) => resource,
    conditions: ({ conditions }) =>
      conditions.map(({ operator, key, values }) => `${key} ${operator} ${values.join(' | ')}`).join('; '),
    source: ({ source }) => source,
  },
};

const FOUND: readonly Table<never>[] = [
  DECRYPTIONS,
  RE_ENCRYPTIONS,
  REFUSED,
  ADMINISTRATION,
  WATCH,
  CHANGES,
  ERASURES,
  UNSEEN_DECRYPTIONS,
  LISTINGS,
  FILES,
];

export const fileOf = ({ name }: { readonly name: string }): string => `${name}.csv`;

/** The files of a bundle except its seal, in the order of the report. */
export const BUNDLE_FILES: readonly string[] = [
  'report.html',
  'report.pdf',
  'report.json',
  ...[FINDINGS_LISTED, ...FOUND, PERMISSIONS].map(fileOf),
  'templates.json',
  'public-keys.json',
];

export interface AppendixFiles {
  readonly sink: AppendixSink;
  close(): void;
}

export const openAppendices = (writer: BundleWriter): AppendixFiles => openFiles(writer, FOUND);

/** Opens one file per table. One without rows has its heading alone, to show that there was nothing. */
function openFiles(writer: BundleWriter, tables: readonly Table<never>[]): AppendixFiles {
  const files = new Map(tables.map((table) => [table.name, writer.open(fileOf(table))]));
  for (const { name, columns } of tables) files.get(name)?.write(`${csvRow(Object.keys(columns))}\n`);
  return {
    sink: ({ name, columns }, item) => files.get(name)?.writeRow(csvRow(Object.values(rowOf(columns, item)))),
    close: () => {
      for (const file of files.values()) file.close();
    },
  };
}

export function writeFindings(writer: BundleWriter, { items }: Findings): void {
  const { sink, close } = openFiles(writer, [FINDINGS_LISTED]);
  for (const [at, finding] of items.entries()) sink(FINDINGS_LISTED, { number: at + 1, finding });
  close();
}

export function writePermissions(writer: BundleWriter, permissions: readonly Permission[]): void {
  const { sink, close } = openFiles(writer, [PERMISSIONS]);
  for (const permission of permissions) sink(PERMISSIONS, permission);
  close();
}
