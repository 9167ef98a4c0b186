import { expect, it } from 'vitest';
import {
  formatArn,
  formatBucketArn,
  formatConsoleUrl,
  formatEcrHost,
  formatIamArn,
  listViaServiceNames,
} from '../../../core/parsing/partition.ts';

const account = '111122223333';

it.each([
  ['eu-west-1', 'aws', 'amazonaws.com', 'console.aws.amazon.com'],
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn', 'console.amazonaws.cn'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com', 'console.amazonaws-us-gov.com'],
])('ARNs, ECR hosts and console links of %s are those of its partition', (region, partition, suffix, consoleHost) => {
  const place = { account, region };
  expect(formatArn('ecs', place, 'cluster/shop')).toBe(`arn:${partition}:ecs:${region}:${account}:cluster/shop`);
  expect(formatIamArn(place, 'root')).toBe(`arn:${partition}:iam::${account}:root`);
  expect(formatBucketArn(region, 'store/*')).toBe(`arn:${partition}:s3:::store/*`);
  expect(formatEcrHost(place)).toBe(`${account}.dkr.ecr.${region}.${suffix}`);
  expect(formatConsoleUrl(region)).toBe(`https://${region}.${consoleHost}`);
  expect(listViaServiceNames('s3', region)).toEqual([
    ...new Set([`s3.${region}.amazonaws.com`, `s3.${region}.${suffix}`]),
  ]);
});
