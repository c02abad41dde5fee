/** The files that hold every row: CSV, written row by row while the audit runs, and what the report was made from. */
import { APPENDICES, type AppendixName, type AppendixSink } from '../base/appendix.ts';
import type { BundleFile, BundleWriter } from '../bundle/writer.ts';
import type { Permission } from '../permissions.ts';
import { csvRow } from './csv.ts';

const NAMES = Object.keys(APPENDICES) as readonly AppendixName[];
const fileOf = (name: AppendixName): string => `${name}.csv`;

/** What can be in a bundle beside its seal, in the order the report lists it. */
export const BUNDLE_FILES: readonly string[] = [
  'report.html',
  'report.pdf',
  'report.json',
  ...NAMES.map(fileOf),
  'permissions.csv',
  'templates.json',
  'public-keys.json',
];

export interface AppendixFiles {
  readonly sink: AppendixSink;
  close(): void;
}

/** Opens one file an appendix; one without rows has its heading alone, which says that there was nothing. */
export function openAppendices(writer: BundleWriter): AppendixFiles {
  const files = new Map<AppendixName, BundleFile>();
  for (const name of NAMES) {
    const file = writer.open(fileOf(name));
    file.write(`${csvRow(APPENDICES[name])}\n`);
    files.set(name, file);
  }
  return {
    sink(name, row) {
      const cells: Readonly<Record<string, string | number | null>> = row;
      files.get(name)?.writeRow(csvRow(APPENDICES[name].map((column) => cells[column] ?? undefined)));
    },
    close: () => {
      for (const file of files.values()) file.close();
    },
  };
}

const PERMISSION_COLUMNS = ['principal', 'principal_kind', 'effect', 'actions', 'resource', 'conditions', 'source'];

export function writePermissions(writer: BundleWriter, permissions: readonly Permission[]): void {
  const file = writer.open('permissions.csv');
  file.write(`${csvRow(PERMISSION_COLUMNS)}\n`);
  for (const { principal, principalKind, effect, actions, resource, conditions, source } of permissions) {
    const texts = conditions.map(({ operator, key, values }) => `${key} ${operator} ${values.join(' | ')}`);
    file.writeRow(csvRow([principal, principalKind, effect, actions.join(' '), resource, texts.join('; '), source]));
  }
  file.close();
}
