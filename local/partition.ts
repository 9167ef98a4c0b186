import type { Answers } from './assumptions/list.ts';

/** An account in a Region. */
export interface Place {
  account: string;
  region: string;
}

/** The partitions that the emulator knows, by the beginning of their Regions (botocore partitions.json). */
const partitions: [regionStart: string, id: string, dnsSuffix: string, consoleDomain: string][] = [
  ['cn-', 'aws-cn', 'amazonaws.com.cn', 'amazonaws.cn'],
  ['us-gov-', 'aws-us-gov', 'amazonaws.com', 'amazonaws-us-gov.com'],
  ['', 'aws', 'amazonaws.com', 'aws.amazon.com'],
];

const find = (region: string) => partitions.find(([start]) => region.startsWith(start));

/** Returns the second part of the ARNs of a Region. */
export const partitionId = (region: string): string => find(region)?.[1] ?? 'aws';

/** Returns the end of the hosts of a Region's services. */
export const dnsSuffix = (region: string): string => find(region)?.[2] ?? 'amazonaws.com';

export const consoleHost = (region: string): string => `console.${find(region)?.[3]}`;

/** Returns the partition of an account's user or session by its ARN. */
export const partitionOfArn = (arn: string): string => /^arn:([^:]+):/.exec(arn)?.[1] ?? 'aws';

export const regionalArn = (service: string, { account, region }: Place, resource: string): string =>
  `arn:${partitionId(region)}:${service}:${region}:${account}:${resource}`;

export const iamArn = ({ account, region }: Place, resource: string): string =>
  `arn:${partitionId(region)}:iam::${account}:${resource}`;

export const bucketArn = (region: string, bucket: string): string => `arn:${partitionId(region)}:s3:::${bucket}`;

/** Returns the value of `kms:ViaService` for a service, as the selected answer says. */
export const viaServiceName = ({ answers }: { answers: Answers }, service: string, region: string): string =>
  `${service}.${region}.${answers['via-service-name'] === 'partition' ? dnsSuffix(region) : 'amazonaws.com'}`;

/** Returns where a call is made: in its caller's account. */
export const placeOf = ({ caller, region }: { caller: { account: string }; region: string }): Place => ({
  account: caller.account,
  region,
});
