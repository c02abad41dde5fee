/** S3's responses in XML. Source: S3 API reference, ListObjectsV2, ListObjects, GetBucketLocation and error responses. */
import type { AwsError } from '../base/aws-error.ts';
import type { ListPage, ListRequest } from './objects.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
const element = (name: string, text: string | number | boolean): string =>
  `<${name}>${escaped(String(text))}</${name}>`;
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** ListObjectsV2. */
export const listXml = (bucket: string, { prefix, maxKeys }: ListRequest, page: ListPage): string =>
  pageXml(bucket, page, [
    element('Prefix', prefix),
    element('KeyCount', page.objects.length + page.folders.length),
    element('MaxKeys', maxKeys),
    ...(page.next === undefined ? [] : [element('NextContinuationToken', page.next)]),
  ]);

/** ListObjects, which goes on after a key that the caller names. */
export const olderListXml = (bucket: string, { prefix, after, maxKeys }: ListRequest, page: ListPage): string =>
  pageXml(bucket, page, [
    element('Prefix', prefix),
    element('Marker', after),
    element('MaxKeys', maxKeys),
    ...(page.next === undefined ? [] : [element('NextMarker', page.next)]),
  ]);

function pageXml(bucket: string, { objects, folders, next }: ListPage, head: readonly string[]): string {
  const contents = objects.map(
    ({ key, size, modifiedMs }) =>
      `<Contents>${element('Key', key)}${element('LastModified', new Date(modifiedMs).toISOString())}${element('Size', size)}</Contents>`,
  );
  const prefixes = folders.map((folder) => `<CommonPrefixes>${element('Prefix', folder)}</CommonPrefixes>`);
  return [
    `${HEAD}<ListBucketResult ${NAMESPACE}>`,
    element('Name', bucket),
    ...head,
    element('IsTruncated', next !== undefined),
    ...contents,
    ...prefixes,
    '</ListBucketResult>',
  ].join('');
}

/** GetBucketLocation; empty for us-east-1. */
export const locationXml = (region: string): string =>
  `${HEAD}<LocationConstraint ${NAMESPACE}>${region === 'us-east-1' ? '' : escaped(region)}</LocationConstraint>`;

export const errorXml = ({ code, message }: AwsError): string =>
  `${HEAD}<Error>${element('Code', code)}${element('Message', message)}</Error>`;
