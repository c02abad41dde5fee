/**
 * Writes the result of an audit as a signed bundle: appendices while it reads, then the report, then the seal (V12).
 */
import type { AppendixSink } from '../../../audit/base/appendix.ts';
import { BundleError, type SigningKey } from '../../../audit/bundle/signing-key.ts';
import { BundleWriter } from '../../../audit/bundle/writer.ts';
import type { Evidence } from '../../../audit/evidence.ts';
import { keyInventory } from '../../../audit/key-inventory.ts';
import { permissionMatrix } from '../../../audit/permissions.ts';
import { BUNDLE_FILES, openAppendices, writeFindings, writePermissions } from '../../../audit/render/appendices.ts';
import { reportJson } from '../../../audit/render/json.ts';
import type { TemplateFacts } from '../../../audit/render/key-sections.ts';
import type { ReportLocale } from '../../../audit/render/locales.ts';
import { reportHtml } from '../../../audit/render/page.ts';
import type { Printer } from './pdf.ts';

export interface BundleOptions {
  readonly out: string;
  readonly signer: SigningKey;
  readonly locale: ReportLocale;
  /** Synthesized or deployed CloudFormation templates, as JSON. Without any the report says so. */
  readonly templates: readonly unknown[];
  /** The CloudTrail public keys of the audit, stored in the bundle beside what they prove. */
  readonly publicKeys: unknown;
  readonly printer: Printer | undefined;
}

export interface Bundle {
  readonly found: Evidence;
  /** Path of the page. */
  readonly page: string;
}

/** `run` audits and passes each row to the sink. Throws `BundleError` where `out` cannot hold a bundle. */
export async function writeBundle(
  options: BundleOptions,
  run: (appendix: AppendixSink) => Promise<Evidence>,
): Promise<Bundle> {
  const { signer, templates } = options;
  const template = templates.length === 0 ? undefined : factsOf(templates);
  const writer = new BundleWriter(options.out, new Set(BUNDLE_FILES));
  const appendices = openAppendices(writer);
  const found = await run(appendices.sink);
  appendices.close();
  if (template !== undefined) {
    writePermissions(writer, template.permissions);
    writer.write('templates.json', `${JSON.stringify(templates, null, 2)}\n`);
  }
  if (options.publicKeys !== undefined)
    writer.write('public-keys.json', `${JSON.stringify(options.publicKeys, null, 2)}\n`);
  writeFindings(writer, found.findings);
  await writeReport(writer, found, options, template);
  const { generatedAtMs: createdAtMs, period, verdict, findings } = found;
  writer.seal(signer, { createdAtMs, period, verdict, findings: findings.total });
  return { found, page: writer.path('report.html') };
}

/** Refuses a template that cannot be described completely, because an incomplete permission matrix misleads. */
function factsOf(templates: readonly unknown[]): TemplateFacts {
  try {
    return { keys: keyInventory(templates), permissions: permissionMatrix(templates) };
  } catch (error) {
    // A ZodError lists every mismatch; other errors name the resource at fault.
    const why = error instanceof Error && error.name !== 'ZodError' ? error.message : 'a policy in it is malformed';
    throw new BundleError(`The template cannot be described in full: ${why}.`);
  }
}

async function writeReport(
  writer: BundleWriter,
  evidence: Evidence,
  { locale, signer, printer }: BundleOptions,
  template: TemplateFacts | undefined,
): Promise<void> {
  const beside = new Set([...writer.names, 'report.html', 'report.json', ...(printer ? ['report.pdf'] : [])]);
  const files = BUNDLE_FILES.filter((name) => beside.has(name));
  const page = reportHtml({ evidence, locale, template, signer: signer.fingerprint, files });
  writer.write('report.html', page);
  writer.write('report.json', reportJson(evidence, template));
  if (printer !== undefined) writer.write('report.pdf', await printer.print(page));
}
