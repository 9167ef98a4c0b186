/** A partition of AWS: a part of the cloud with its own accounts, ARNs and hosts. */
export interface Partition {
  /** The second part of its ARNs. */
  id: string;
  /** The end of its hosts, after `SERVICE.REGION.`. */
  dnsSuffix: string;
  /** The domain that its console belongs to. */
  consoleDomain: string;
}

/** Where a resource is. */
export interface Place {
  account: string;
  region: string;
}

const awsPartition: Partition = { id: 'aws', dnsSuffix: 'amazonaws.com', consoleDomain: 'aws.amazon.com' };

/**
 * The other partitions, by the beginning of their Regions (botocore partitions.json, `regionRegex` and `dnsSuffix`). The consoles of China and
 * GovCloud: ECS Developer Guide, links of "Retrieving Amazon ECS-optimized AMI metadata"; the isolated partitions publish none.
 */
const otherPartitions: [regionStart: string, Partition][] = [
  ['cn-', { id: 'aws-cn', dnsSuffix: 'amazonaws.com.cn', consoleDomain: 'amazonaws.cn' }],
  ['us-gov-', { id: 'aws-us-gov', dnsSuffix: 'amazonaws.com', consoleDomain: 'amazonaws-us-gov.com' }],
  ['us-iso-', { ...awsPartition, id: 'aws-iso', dnsSuffix: 'c2s.ic.gov' }],
  ['us-isob-', { ...awsPartition, id: 'aws-iso-b', dnsSuffix: 'sc2s.sgov.gov' }],
  ['eu-isoe-', { ...awsPartition, id: 'aws-iso-e', dnsSuffix: 'cloud.adc-e.uk' }],
  ['us-isof-', { ...awsPartition, id: 'aws-iso-f', dnsSuffix: 'csp.hci.ic.gov' }],
  ['eusc-', { ...awsPartition, id: 'aws-eusc', dnsSuffix: 'amazonaws.eu' }],
];

/** Returns the partition of a Region. A Region with an unknown beginning is in `aws`. The same account id belongs to different accounts in different partitions. */
export const partitionOfRegion = (region: string): Partition =>
  otherPartitions.find(([start]) => region.startsWith(start))?.[1] ?? awsPartition;

/** Returns the ARN of a resource in an account and Region. */
export const formatArn = (service: string, { account, region }: Place, resource: string): string =>
  `arn:${partitionOfRegion(region).id}:${service}:${region}:${account}:${resource}`;

/** Returns the ARN of an IAM resource such as `role/NAME` or `root`, which is in an account but in no Region. */
export const formatIamArn = ({ account, region }: Place, resource: string): string =>
  `arn:${partitionOfRegion(region).id}:iam::${account}:${resource}`;

/** Returns the ARN of a bucket, or of its objects if `bucket` continues with `/KEY`. It contains neither account nor Region. */
export const formatBucketArn = (region: string, bucket: string): string =>
  `arn:${partitionOfRegion(region).id}:s3:::${bucket}`;

/** Returns the host of an account's ECR registry (ECR User Guide, "Private registry"). */
export const formatEcrHost = ({ account, region }: Place): string =>
  `${account}.dkr.ecr.${region}.${partitionOfRegion(region).dnsSuffix}`;

/** Returns the address of the console in a Region, without a slash at the end. */
export const formatConsoleUrl = (region: string): string =>
  `https://${[region, 'console', partitionOfRegion(region).consoleDomain].join('.')}`;

/**
 * Returns the values that `kms:ViaService` can have for a service in a Region. The KMS Developer Guide gives `SERVICE.REGION.amazonaws.com`; no
 * document says whether the name has the partition's own suffix in China, so both are returned there.
 */
export const listViaServiceNames = (service: string, region: string): string[] => [
  ...new Set([awsPartition, partitionOfRegion(region)].map(({ dnsSuffix }) => `${service}.${region}.${dnsSuffix}`)),
];
