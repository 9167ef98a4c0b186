import { XMLParser } from 'fast-xml-parser';
import type { AwsRequest } from '../http.ts';
import type { ParsedRequest } from '../protocol-codec.ts';

/**
 * `METHOD[ subresource]`: how the REST API distinguishes operations
 * (docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html).
 */
const bucketRoutes: Record<string, string> = {
  PUT: 'CreateBucket',
  DELETE: 'DeleteBucket',
  HEAD: 'HeadBucket',
  'GET list-type': 'ListObjectsV2',
  'GET versions': 'ListObjectVersions',
  'GET location': 'GetBucketLocation',
  'GET acl': 'GetBucketAcl',
  'GET policy': 'GetBucketPolicy',
  'PUT policy': 'PutBucketPolicy',
  'GET versioning': 'GetBucketVersioning',
  'PUT versioning': 'PutBucketVersioning',
  'GET encryption': 'GetBucketEncryption',
  'PUT encryption': 'PutBucketEncryption',
};

const objectRoutes: Record<string, string> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};

/** Every request with a body can have a checksum (SDKs add one automatically since 2025). The emulator stores an object's checksum and verifies none. */
export const checksumNames: Record<string, string> = {
  'x-amz-checksum-crc32': 'ChecksumCRC32',
  'x-amz-checksum-crc32c': 'ChecksumCRC32C',
  'x-amz-checksum-crc64nvme': 'ChecksumCRC64NVME',
  'x-amz-checksum-sha1': 'ChecksumSHA1',
  'x-amz-checksum-sha256': 'ChecksumSHA256',
};

/** Parameters by the name of their header or query parameter. Any other parameter keeps its name, and the operation's schema rejects it. */
export const headerNames: Record<string, string> = {
  'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
  'x-amz-server-side-encryption-bucket-key-enabled': 'BucketKeyEnabled',
  'x-amz-checksum-mode': 'ChecksumMode',
  'x-amz-object-ownership': 'ObjectOwnership',
  'x-amz-version-id': 'VersionId',
  range: 'Range',
};

const queryNames: Record<string, string> = {
  versionId: 'VersionId',
  prefix: 'Prefix',
  delimiter: 'Delimiter',
  'max-keys': 'MaxKeys',
  'start-after': 'StartAfter',
  'continuation-token': 'ContinuationToken',
  'encoding-type': 'EncodingType',
};

/**
 * Headers and parameters that are not part of the input: those of signing and transport, and the operation's name, which SDKs repeat in the query.
 */
const transportHeaders = new Set([
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-sdk-checksum-algorithm',
  ...Object.keys(checksumNames),
]);

/** Maps a path-style request to an operation and its input; returns undefined for operations of S3's REST API that are not supported. */
export function routeS3Request(http: AwsRequest): ParsedRequest | undefined {
  const [, bucket = '', ...rest] = http.path.split('/');
  const key = decodeURIComponent(rest.join('/'));
  if (bucket === '') return undefined;
  const table = key === '' ? bucketRoutes : objectRoutes;
  const sub = [...http.query.keys()].find((name) => `${http.method} ${name}` in table);
  const operation = table[sub === undefined ? http.method : `${http.method} ${sub}`];
  if (operation === undefined) return undefined;
  const queried = [...http.query].filter(([name]) => name !== sub && name !== 'x-id');
  const input = {
    Bucket: decodeURIComponent(bucket),
    ...(key === '' ? {} : { Key: key }),
    ...Object.fromEntries(queried.map(([name, value]) => [queryNames[name] ?? name, value])),
    ...headerParameters(http),
    ...bodyParsers[operation]?.(http),
  };
  return { operation, input };
}

const headerParameters = ({ headers }: AwsRequest): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => (name.startsWith('x-amz-') || name === 'range') && !transportHeaders.has(name))
      .filter(([name]) => !name.startsWith('x-amz-meta-'))
      .map(([name, value]) => [headerNames[name] ?? name, value]),
  );

const parser = new XMLParser({ ignoreAttributes: true, ignoreDeclaration: true, parseTagValue: false });

const bodyParsers: Record<string, (http: AwsRequest) => Record<string, unknown>> = {
  CreateBucket: ({ body }) => (body.length === 0 ? {} : parser.parse(body)),
  PutBucketPolicy: ({ body }) => ({ Policy: body.toString() }),
  PutBucketVersioning: ({ body }) => parser.parse(body),
  PutBucketEncryption: ({ body }) => {
    const { Rule, ...rest } = parser.parse(body).ServerSideEncryptionConfiguration ?? {};
    return { ServerSideEncryptionConfiguration: { ...rest, Rules: [Rule].flat() } };
  },
  PutObject: ({ headers, body }) => ({
    Body: body,
    ContentType: headers['content-type'],
    Metadata: readMetadata(headers),
    ...Object.fromEntries(Object.entries(checksumNames).map(([name, parameter]) => [parameter, headers[name]])),
  }),
};

const metadataPrefix = 'x-amz-meta-';

const readMetadata = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(metadataPrefix))
      .map(([name, value]) => [name.slice(metadataPrefix.length), value]),
  );
