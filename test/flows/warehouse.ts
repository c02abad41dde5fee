/**
 * The saved queries over a trail's own files, in DuckDB instead of Athena: the same tables with the same columns, and the
 * few functions that Athena's dialect spells otherwise. What is asked is the text in the template.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { type DecryptionRow, decryptionRows } from '../../audit/reasons/decryption-rows.ts';
import { readReasons } from '../../audit/reasons/ledger-reader.ts';
import type { VaultResources } from '../../audit/trail/events.ts';
import { CLOUDTRAIL, RECORDED_DECRYPTIONS, type TrailTable } from '../../infra/trail-tables.ts';
import type { Deps } from '../../shared/base/deps.ts';
import { ofType } from '../infra/template.ts';

type Row = Readonly<Record<string, unknown>>;

export interface Warehouse extends Disposable {
  /** A saved query of the template by its name, over every day there is unless said. */
  ask(name: string, firstDay?: string, lastDay?: string): Promise<readonly Row[]>;
  sql(text: string, values?: readonly DuckDBValue[]): Promise<readonly Row[]>;
}

/** Athena's names for what DuckDB has under others. */
const DIALECT = `
  CREATE MACRO json_extract_scalar(text_, path_) AS json_extract_string(text_, path_);
  CREATE MACRO from_iso8601_timestamp(text_) AS CAST(text_ AS TIMESTAMPTZ);
  CREATE MACRO to_unixtime(time_) AS epoch(time_);
  CREATE MACRO regexp_like(text_, pattern_) AS regexp_matches(text_, pattern_);
`;

/** Hive's spelling of a type in DuckDB's: `array<struct<arn:string>>` → `STRUCT(arn VARCHAR)[]`. */
function duckType(hive: string): string {
  const [, kind = hive, inner = ''] = /^(array|struct)<(.*)>$/.exec(hive) ?? [];
  if (kind === 'array') return `${duckType(inner)}[]`;
  if (kind === 'struct') {
    const fields = topLevel(inner).map((field) => {
      const colon = field.indexOf(':');
      return `"${field.slice(0, colon)}" ${duckType(field.slice(colon + 1))}`;
    });
    return `STRUCT(${fields.join(', ')})`;
  }
  return { string: 'VARCHAR', bigint: 'BIGINT', int: 'INTEGER' }[kind] ?? kind;
}

/** Splits at commas that stand in no angle brackets. */
function topLevel(text: string): string[] {
  let depth = 0;
  const parts = [''];
  for (const character of text) {
    if (character === '<') depth += 1;
    if (character === '>') depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** Opens the trail in a folder; `decryptions` absent: what was exported beside it. */
export async function openWarehouse(folder: string, decryptions?: readonly DecryptionRow[]): Promise<Warehouse> {
  const records = filesIn(folder, /\/CloudTrail\/.*\.json\.gz$/).flatMap(([name, text]) => {
    const day = /\d{4}\/\d{2}\/\d{2}/.exec(name)?.[0];
    return (JSON.parse(text) as { Records: object[] }).Records.map((record) => ({ ...lowered(record), day }));
  });
  const exported = () =>
    filesIn(folder, /^decryptions\/.*\.ndjson\.gz$/).flatMap(([, text]) =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as object),
    );
  return warehouseOf(records, decryptions ?? exported());
}

/** The two tables from records as CloudTrail writes them and rows as the vault exports them. */
export async function warehouseOf(records: readonly object[], decryptions: readonly object[]): Promise<Warehouse> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(DIALECT);
  const home = mkdtempSync(join(tmpdir(), 'fuda-warehouse-'));
  const fill = async ({ name, columns }: TrailTable, rows: readonly object[]) => {
    const file = join(home, `${name}.ndjson`);
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const typed = Object.entries({ ...columns, day: 'string' });
    const shape = typed.map(([column, type]) => `"${column}": '${duckType(type)}'`).join(', ');
    await connection.run(
      `CREATE TABLE ${name} AS SELECT * FROM read_json('${file.replaceAll("'", "''")}', format = 'newline_delimited', columns = {${shape}})`,
    );
  };
  await fill(CLOUDTRAIL, records);
  await fill(RECORDED_DECRYPTIONS, decryptions);
  rmSync(home, { recursive: true });
  const sql = async (text: string, values: readonly DuckDBValue[] = []): Promise<readonly Row[]> => {
    const reader = await connection.runAndReadAll(text, [...values]);
    return reader.getRowObjectsJson() as Row[];
  };
  return {
    sql,
    ask: (name, firstDay = '0000/00/00', lastDay = '9999/99/99') => sql(savedQuery(name), [firstDay, lastDay]),
    [Symbol.dispose]: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A record as the table's SerDe reads it: names in lower case, parameters as text. */
export function lowered(record: object): object {
  const texts = new Set([
    'requestparameters',
    'responseelements',
    'additionaleventdata',
    'serviceeventdetails',
    'readonly',
  ]);
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      const lower = name.toLowerCase();
      if (value === null || value === undefined) return [lower, null];
      return [lower, texts.has(lower) ? (typeof value === 'string' ? value : JSON.stringify(value)) : deepLower(value)];
    }),
  );
}

const deepLower = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(deepLower);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toLowerCase(), deepLower(inner)]));
};

function savedQuery(name: string): string {
  const found = ofType('AWS::Athena::NamedQuery').find(({ path }) => path === `FudaAudit/Queries/${name}`);
  if (!found) throw new Error(`the template has no saved query ${name}`);
  return String(found.properties.QueryString);
}

function filesIn(folder: string, pattern: RegExp): [name: string, text: string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => [name, gunzipSync(readFileSync(join(folder, name))).toString()]);
}

/** What the export would say of everything in the ledger, the last hours too. */
export async function rowsOf(deps: Deps, resources: VaultResources): Promise<DecryptionRow[]> {
  const rows: DecryptionRow[] = [];
  const nowMs = deps.clock.nowMs();
  for await (const reason of readReasons(deps, { fromMs: nowMs - 24 * 3_600_000, toMs: nowMs })) {
    if (reason !== undefined) rows.push(...decryptionRows(reason, resources));
  }
  return rows;
}
