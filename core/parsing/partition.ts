/** A partition of AWS: a part of the cloud with its own accounts, ARNs and hosts. */
export interface Partition {
  /** The second part of the partition's ARNs. */
  id: string;
  /** The end of the partition's host names, after `SERVICE.REGION.`. */
  dnsSuffix: string;
}

/** Where a resource is. */
export interface AccountAndRegion {
  account: string;
  region: string;
}

const awsSuffix = 'amazonaws.com';

/** The beginning of the Regions of each other partition, its id and its suffix (botocore partitions.json, `regionRegex` and `dnsSuffix`). */
const otherPartitions = [
  ['cn-', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-', 'aws-us-gov', awsSuffix],
  ['us-iso-', 'aws-iso', 'c2s.ic.gov'],
  ['us-isob-', 'aws-iso-b', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'aws-iso-e', 'cloud.adc-e.uk'],
  ['us-isof-', 'aws-iso-f', 'csp.hci.ic.gov'],
  ['eusc-', 'aws-eusc', 'amazonaws.eu'],
] as const;

/** Returns the partition of a Region. A Region with an unknown beginning is in `aws`. The same account id belongs to different accounts in different partitions. */
export function findPartitionOfRegion(region: string): Partition {
  const [, id, dnsSuffix] = otherPartitions.find(([start]) => region.startsWith(start)) ?? ['', 'aws', awsSuffix];
  return { id, dnsSuffix };
}

/** Returns the ARN of a resource in an account and Region. */
export const formatArn = (service: string, { account, region }: AccountAndRegion, resource: string): string =>
  `arn:${findPartitionOfRegion(region).id}:${service}:${region}:${account}:${resource}`;

/** Returns the ARN of an IAM resource such as `role/NAME` or `root`, which is in an account but in no Region. */
export const formatIamArn = ({ account, region }: AccountAndRegion, resource: string): string =>
  `arn:${findPartitionOfRegion(region).id}:iam::${account}:${resource}`;

/** Returns the ARN of a bucket, or of its objects if `bucket` continues with `/KEY`. It contains neither account nor Region. */
export const formatBucketArn = (region: string, bucket: string): string =>
  `arn:${findPartitionOfRegion(region).id}:s3:::${bucket}`;

/** Returns the host of an account's ECR registry (ECR User Guide, "Private registry"). */
export const formatEcrHost = ({ account, region }: AccountAndRegion): string =>
  `${account}.dkr.ecr.${region}.${findPartitionOfRegion(region).dnsSuffix}`;

/**
 * The domains of the consoles of China and GovCloud (ECS Developer Guide, links of "Retrieving Amazon ECS-optimized AMI metadata"). The isolated
 * partitions publish none.
 */
const consoleDomains: Record<string, string> = { 'aws-cn': 'amazonaws.cn', 'aws-us-gov': 'amazonaws-us-gov.com' };

/** Returns the address of the console in a Region, without a slash at the end. */
export function formatConsoleUrl(region: string): string {
  const domain = consoleDomains[findPartitionOfRegion(region).id] ?? 'aws.amazon.com';
  return `https://${[region, 'console', domain].join('.')}`;
}

/**
 * Returns the values that `kms:ViaService` can have for a service in a Region. The KMS Developer Guide gives `SERVICE.REGION.amazonaws.com`; no document
 * says whether the name has the partition's own suffix in China, so for China both names are returned.
 */
export const listViaServiceNames = (service: string, region: string): string[] => [
  ...new Set([awsSuffix, findPartitionOfRegion(region).dnsSuffix].map((suffix) => `${service}.${region}.${suffix}`)),
];
