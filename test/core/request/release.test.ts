import { describe, expect, it } from 'vitest';
import { calculateDeadline, createRelease } from '../../../core/request/release.ts';

const key = 'arn:aws:kms:eu-west-1:111111111111:key/artifacts';
const request = (encryptionKey?: string) => ({
  target: { roleArn: 'r', region: 'eu-west-1', cluster: 'shop', service: 'web' },
  artifacts: [],
  fileName: 'imagedefinitions.json',
  base: { from: 'service' as const },
  force: false,
  timeoutMinutes: 90,
  bakeMinutes: 10,
  by: 'me',
  reason: 'because',
  rollBackOnFailure: true,
  encryptionKey,
});
const location = { bucket: 'artifacts', key: 'shop/Built/1', versionId: 'v1' };
const deadline = '2026-11-24T00:30:00.000Z';
const pins = { images: [{ name: 'app', imageUri: 'nginx:1', pinned: 'nginx:1' }], warnings: ['not in ECR'] };

it('the deadline counts from the start of the execution', () => {
  expect(calculateDeadline(request(), new Date('2026-11-23T23:00:00.000Z'))).toBe(deadline);
});

describe('a release', () => {
  it('keeps the version of the artifact that was read', () => {
    const findings = {
      heads: [{ bytes: 1, keyArn: key }],
      artifact: location,
      base: request().base,
      pins,
      woken: true,
    };
    expect(createRelease(request(key), findings, deadline)).toEqual({
      target: request().target,
      images: pins.images,
      base: { from: 'service' },
      artifact: location,
      force: false,
      rollBackOnFailure: true,
      bakeMinutes: 10,
      woken: true,
      by: 'me',
      reason: 'because',
      deadline,
      warnings: ['not in ECR'],
    });
  });

  it.each([
    ['no key is declared', undefined, { bytes: 1, algorithm: 'AES256' }, undefined],
    ['the key is the declared one', key, { bytes: 1, keyArn: key }, undefined],
    ['the declared key is given by its id', 'artifacts', { bytes: 1, keyArn: key }, undefined],
    ['the declared key is given by an alias', 'alias/artifacts', { bytes: 1, keyArn: key }, undefined],
    [
      'the key is another one',
      key,
      { bytes: 1, keyArn: `${key}-not` },
      /encrypted with .*artifacts-not, although the pipeline declares .*CodeBuild/,
    ],
    [
      'S3 encrypted the artifact with its own key',
      key,
      { bytes: 1, algorithm: 'AES256' },
      /encrypted with AES256, although/,
    ],
  ])('has a warning, or none, if %s', (_what, declared, head, warning) => {
    const findings = {
      heads: [head, head],
      artifact: location,
      base: request().base,
      pins: { images: [], warnings: [] },
      woken: false,
    };
    const { warnings } = createRelease(request(declared), findings, deadline);
    expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
  });
});
