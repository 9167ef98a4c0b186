import { z } from 'zod';
import type { AwsResponse } from '../http.ts';
import { xmlDocument, xmlElement } from '../xml.ts';
import { checksumNames, headerNames } from './route.ts';

const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Responses that are XML documents, by their root element. */
const rootElements: Record<string, string> = {
  ListObjectsV2: 'ListBucketResult',
  ListObjectVersions: 'ListVersionsResult',
  GetBucketVersioning: 'VersioningConfiguration',
};

/** A list's name in the API, and its element name in XML. */
const listElements: Record<string, string> = { Versions: 'Version', DeleteMarkers: 'DeleteMarker' };

const childElements = (answer: Record<string, unknown>): string =>
  Object.entries(answer)
    .map(([name, value]) => xmlElement(listElements[name] ?? name, value))
    .join('');

const headerFields: Record<string, string> = {
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

const toHeaders = (answer: Record<string, unknown>): Record<string, string> => {
  const named = Object.entries(answer).filter(([name, value]) => value !== undefined && name in headerFields);
  const metadata = Object.entries(answer.Metadata ?? {}).map(([name, value]) => [`x-amz-meta-${name}`, String(value)]);
  return Object.fromEntries([
    ...named.map(([name, value]) => [headerFields[name], value instanceof Date ? value.toUTCString() : String(value)]),
    ...metadata,
  ]);
};

const record = z.record(z.string(), z.unknown());
const policy = z.object({ Policy: z.string() });
const encryption = z.object({ ServerSideEncryptionConfiguration: z.object({ Rules: z.unknown() }) });
const acl = z.object({ Owner: z.object({ ID: z.string() }) });

/** Documents that contain more than their fields. */
const specialDocuments: Record<string, (answer: unknown) => string> = {
  GetBucketPolicy: (answer) => policy.parse(answer).Policy,
  GetBucketLocation: (answer) =>
    xmlDocument('LocationConstraint', s3Namespace, String(record.parse(answer).LocationConstraint)),
  GetBucketEncryption: (answer) =>
    xmlDocument(
      'ServerSideEncryptionConfiguration',
      s3Namespace,
      xmlElement('Rule', encryption.parse(answer).ServerSideEncryptionConfiguration.Rules),
    ),
  GetBucketAcl: (answer) => aclDocument(acl.parse(answer).Owner.ID),
};

/** A grantee's type is an XML attribute (docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html). */
const aclDocument = (id: string): string => {
  const grantee = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">${xmlElement('ID', id)}</Grantee>`;
  const grant = `<Grant>${grantee}${xmlElement('Permission', 'FULL_CONTROL')}</Grant>`;
  const list = `<AccessControlList>${grant}</AccessControlList>`;
  return xmlDocument('AccessControlPolicy', s3Namespace, xmlElement('Owner', { ID: id }) + list);
};

/** They respond with status 204 and no body (docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html). */
const noContentOperations = new Set(['DeleteBucket', 'DeleteObject', 'PutBucketPolicy']);

/** Renders an operation's result as S3 does: fields as headers, objects as the body, lists and settings as XML. */
export function renderS3Response(operation: string, answer: unknown): AwsResponse {
  const fields = record.parse(answer ?? {});
  if (operation === 'GetObject') return { status: 200, headers: toHeaders(fields), body: bytes.parse(fields.Body) };
  const root = rootElements[operation];
  const body = root
    ? xmlDocument(root, s3Namespace, childElements(fields))
    : (specialDocuments[operation]?.(answer) ?? '');
  const type = operation === 'GetBucketPolicy' ? 'application/json' : 'application/xml';
  if (body !== '') return { status: 200, headers: { 'content-type': type }, body };
  return { status: noContentOperations.has(operation) ? 204 : 200, headers: toHeaders(fields), body };
}

const bytes = z.instanceof(Uint8Array).transform((given) => Buffer.from(given));
