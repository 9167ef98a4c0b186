import { z } from 'zod';
import type { Answer } from '../service.ts';
import { xml, xmlDocument } from '../xml.ts';
import { checksumNames, headerNames } from './route.ts';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Answers that are a document, by its root element. */
const roots: Record<string, string> = {
  ListObjectsV2: 'ListBucketResult',
  ListObjectVersions: 'ListVersionsResult',
  GetBucketVersioning: 'VersioningConfiguration',
};

/** A list's name in the API and its element's in XML. */
const elements: Record<string, string> = { Versions: 'Version', DeleteMarkers: 'DeleteMarker' };

const children = (answer: Record<string, unknown>): string =>
  Object.entries(answer)
    .map(([name, value]) => xml(elements[name] ?? name, value))
    .join('');

const inHeaders: Record<string, string> = {
  ...Object.fromEntries(Object.entries({ ...headerNames, ...checksumNames }).map(([header, name]) => [name, header])),
  ETag: 'etag',
  LastModified: 'last-modified',
  ContentLength: 'content-length',
  ContentType: 'content-type',
  AcceptRanges: 'accept-ranges',
  DeleteMarker: 'x-amz-delete-marker',
  Location: 'location',
  BucketRegion: 'x-amz-bucket-region',
};

const headersOf = (answer: Record<string, unknown>): Record<string, string> => {
  const named = Object.entries(answer).filter(([name, value]) => value !== undefined && name in inHeaders);
  const metadata = Object.entries(answer.Metadata ?? {}).map(([name, value]) => [`x-amz-meta-${name}`, String(value)]);
  return Object.fromEntries([
    ...named.map(([name, value]) => [inHeaders[name], value instanceof Date ? value.toUTCString() : String(value)]),
    ...metadata,
  ]);
};

const record = z.record(z.string(), z.unknown());
const policy = z.object({ Policy: z.string() });
const encryption = z.object({ ServerSideEncryptionConfiguration: z.object({ Rules: z.unknown() }) });
const acl = z.object({ Owner: z.object({ ID: z.string() }) });

/** Documents that are not just their fields. */
const documents: Record<string, (answer: unknown) => string> = {
  GetBucketPolicy: (answer) => policy.parse(answer).Policy,
  GetBucketLocation: (answer) =>
    xmlDocument('LocationConstraint', namespace, String(record.parse(answer).LocationConstraint)),
  GetBucketEncryption: (answer) =>
    xmlDocument(
      'ServerSideEncryptionConfiguration',
      namespace,
      xml('Rule', encryption.parse(answer).ServerSideEncryptionConfiguration.Rules),
    ),
  GetBucketAcl: (answer) => aclDocument(acl.parse(answer).Owner.ID),
};

/** A grantee's type stands in an attribute (docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html). */
const aclDocument = (id: string): string => {
  const grantee = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">${xml('ID', id)}</Grantee>`;
  const grant = `<Grant>${grantee}${xml('Permission', 'FULL_CONTROL')}</Grant>`;
  const list = `<AccessControlList>${grant}</AccessControlList>`;
  return xmlDocument('AccessControlPolicy', namespace, xml('Owner', { ID: id }) + list);
};

/** Both have nothing to say but that it is done (docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html). */
const empty = new Set(['DeleteObject', 'PutBucketPolicy']);

/** An operation's answer as S3 puts it: fields in headers, objects as the body, lists and settings as XML. */
export function render(operation: string, answer: unknown): Answer {
  const fields = record.parse(answer ?? {});
  if (operation === 'GetObject') return { status: 200, headers: headersOf(fields), body: bytes.parse(fields.Body) };
  const root = roots[operation];
  const body = root ? xmlDocument(root, namespace, children(fields)) : (documents[operation]?.(answer) ?? '');
  const type = operation === 'GetBucketPolicy' ? 'application/json' : 'application/xml';
  if (body !== '') return { status: 200, headers: { 'content-type': type }, body };
  return { status: empty.has(operation) ? 204 : 200, headers: headersOf(fields), body };
}

const bytes = z.instanceof(Uint8Array).transform((given) => Buffer.from(given));
