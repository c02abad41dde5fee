/** S3's responses in XML. Source: S3 API reference, ListObjectsV2 and error responses. */
import type { AwsError } from '../base/aws-error.ts';
import type { ListPage, ListRequest } from './objects.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
const element = (name: string, text: string | number | boolean): string =>
  `<${name}>${escaped(String(text))}</${name}>`;
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function listXml(
  bucket: string,
  { prefix, maxKeys }: ListRequest,
  { objects, folders, next }: ListPage,
): string {
  const contents = objects.map(
    ({ key, size, modifiedMs }) =>
      `<Contents>${element('Key', key)}${element('LastModified', new Date(modifiedMs).toISOString())}${element('Size', size)}</Contents>`,
  );
  const prefixes = folders.map((folder) => `<CommonPrefixes>${element('Prefix', folder)}</CommonPrefixes>`);
  return [
    `${HEAD}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`,
    element('Name', bucket),
    element('Prefix', prefix),
    element('KeyCount', objects.length + folders.length),
    element('MaxKeys', maxKeys),
    element('IsTruncated', next !== undefined),
    ...(next === undefined ? [] : [element('NextContinuationToken', next)]),
    ...contents,
    ...prefixes,
    '</ListBucketResult>',
  ].join('');
}

export const errorXml = ({ code, message }: AwsError): string =>
  `${HEAD}<Error>${element('Code', code)}${element('Message', message)}</Error>`;
