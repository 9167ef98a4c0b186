import { describe, expect, it } from 'vitest';
import type { DescribedService } from '../../../core/service/described-service.ts';
import { baseWith, imageWith, pinnedImage, planWithFacts, releaseWith, serviceWith, targetFacts } from './facts.ts';

const plan = (platforms: string[] | undefined, definition: object = {}, service: DescribedService = {}) =>
  planWithFacts(
    targetFacts({
      release: releaseWith({ images: [{ ...imageWith('app', pinnedImage('b')), platforms }] }),
      base: baseWith(definition),
      service: serviceWith(service),
    }),
  );
const on = (cpuArchitecture?: string, operatingSystemFamily?: string) => ({
  runtimePlatform: { cpuArchitecture, operatingSystemFamily },
});
const amd = ['linux/amd64'];
const arm = ['linux/arm64'];

describe('an image whose index lacks the platform of the task definition', () => {
  it.each<[string, string[], object, DescribedService, string]>([
    ['ARM64', amd, on('ARM64', 'LINUX'), {}, 'linux/arm64'],
    ['ARM64 without an operating system', amd, on('ARM64'), {}, 'linux/arm64'],
    ['X86_64', arm, on('X86_64', 'LINUX'), {}, 'linux/amd64'],
    ['the default', arm, {}, {}, 'linux/amd64'],
    ['the default of Fargate', arm, {}, { launchType: 'FARGATE' }, 'linux/amd64'],
    [
      'the default of Fargate Spot',
      arm,
      {},
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      'linux/amd64',
    ],
    [
      'the default of a definition for Fargate',
      arm,
      { requiresCompatibilities: ['FARGATE'] },
      { launchType: 'EC2' },
      'linux/amd64',
    ],
    ['ARM64 on instances', amd, on('ARM64'), { launchType: 'EC2' }, 'linux/arm64'],
    ['Windows', amd, on('X86_64', 'WINDOWS_SERVER_2022_CORE'), {}, 'windows/amd64'],
  ])('is refused before any change: %s', (_what, platforms, definition, service, wanted) => {
    expect(() => plan(platforms, definition, service)).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        message: `The image "shop:42" for 'app' has no variant for ${wanted}, which the task definition's runtimePlatform asks for; it has ${platforms.join(', ')}. Build the image for ${wanted}, or change runtimePlatform.`,
      }),
    );
  });
});

describe('an image is deployed', () => {
  it.each<[string, string[] | undefined, object, DescribedService]>([
    ['that has the platform', amd, on('X86_64'), {}],
    ['that has it among others', [...amd, ...arm], on('ARM64'), {}],
    ['whose platforms ECR does not report', undefined, on('ARM64'), {}],
    ['on instances of an unknown kind', arm, {}, { launchType: 'EC2' }],
    [
      'on instances, from a definition for both kinds',
      arm,
      { requiresCompatibilities: ['EC2', 'FARGATE'] },
      { launchType: 'EC2' },
    ],
    ['on external instances', arm, {}, { launchType: 'EXTERNAL' }],
    ["on the user's own capacity provider", arm, {}, { capacityProviderStrategy: [{ capacityProvider: 'graviton' }] }],
    ['from a definition for instances', arm, { requiresCompatibilities: ['EC2'] }, {}],
    ['on a later Windows', ['windows/amd64'], on('X86_64', 'WINDOWS_SERVER_2025_CORE'), {}],
    ['for an unknown architecture', amd, on('RISCV'), {}],
  ])('%s', (_what, platforms, definition, service) => {
    expect(plan(platforms, definition, service).unchanged).toBe(false);
  });
});
