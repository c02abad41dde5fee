/**
 * Holds what a vault returned against the description of the API: the route is described, the status is, and so are the
 * content type, the headers and every member of the body. `startVault` asks this of every response that any test receives.
 */
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ROUTES } from '../../infra/routes.ts';
import { openApi } from '../../shared/api/openapi.ts';
import type { ErrorCode } from '../../shared/base/errors.ts';
import type { Request, VaultResponse } from './exchange.ts';

/** Responses are closed here: a member without a description is a fault. */
const document = openApi({ routes: ROUTES, examples: [], responses: 'closed' });
const ajv = new Ajv.default({ strict: true, allowUnionTypes: true, strictRequired: false, allErrors: true });
addFormats.default(ajv);
// The document itself is not a schema; its parts are, by their place in it.
ajv.addVocabulary(['openapi', 'info', 'servers', 'tags', 'paths', 'components']);
ajv.addSchema({ ...document, $id: 'api' }, undefined, undefined, false);

const PATHS = Object.keys(document.paths).map((path) => ({
  path,
  form: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** What is not as described, in words; nothing where all is well. */
export function contractFaults(request: Pick<Request, 'method' | 'path'>, response: VaultResponse): string[] {
  // API Gateway does not look at a slash at the end.
  const asked = (request.path.split('?')[0] ?? '').replace(/(?<=.)\/$/, '');
  const path = PATHS.find(({ form }) => form.test(asked))?.path;
  const method = request.method.toLowerCase();
  const operation = path === undefined ? undefined : document.paths[path]?.[method];
  if (path === undefined) return isRefused(response, 404, 'route_not_found') ? [] : [`${asked} is not described`];
  if (operation === undefined) {
    return isRefused(response, 405, 'method_not_allowed') ? [] : [`${request.method} ${path} is not described`];
  }
  const where = `${request.method} ${path} ${response.status}`;
  const described = operation.responses[response.status];
  if (described === undefined) return [`${where} is not described: ${response.text.slice(0, 200)}`];
  const contentType = response.headers.get('content-type')?.split(';')[0] ?? '';
  const media = described.content?.[contentType];
  if (media === undefined) return described.content ? [`${where}: ${contentType} is not described`] : [];
  if (media.schema === undefined) return [];
  const at = ['', 'paths', path, method, 'responses', response.status, 'content', contentType, 'schema'];
  return schemaFaults(at, response.json).map((fault) => `${where}: ${fault}`);
}

const isRefused = ({ status, json }: VaultResponse, wanted: number, code: ErrorCode): boolean =>
  status === wanted && (json as { code?: string } | null)?.code === code;

/** What is wrong with a value by the schema at this place of the document. */
export function schemaFaults(place: readonly (string | number)[], value: unknown): string[] {
  const pointer = place.map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')));
  const validate = ajv.getSchema(`api#${pointer.join('/')}`);
  if (validate === undefined) return [`there is no schema at ${place.join('/')}`];
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath || 'the body'} ${message}`);
}
