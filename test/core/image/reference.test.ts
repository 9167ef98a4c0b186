import { describe, expect, it } from 'vitest';
import { ecrRepositoryOf, parseImageReference } from '../../../core/image/reference.ts';

const digest = `sha256:${'a1'.repeat(32)}`;
const ecr = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';

describe('parseImageReference', () => {
  it.each([
    ['nginx', { path: 'nginx' }],
    ['nginx:1.27', { path: 'nginx', tag: '1.27' }],
    ['library/nginx:stable', { path: 'library/nginx', tag: 'stable' }],
    ['public.ecr.aws/nginx/nginx:stable', { registry: 'public.ecr.aws', path: 'nginx/nginx', tag: 'stable' }],
    ['localhost/app', { registry: 'localhost', path: 'app' }],
    ['localhost:5000/app', { registry: 'localhost:5000', path: 'app' }],
    ['app:5000', { path: 'app', tag: '5000' }],
    ['registry.example:8443/a/b/c:v1', { registry: 'registry.example:8443', path: 'a/b/c', tag: 'v1' }],
    ['[::1]:5000/app:1', { registry: '[::1]:5000', path: 'app', tag: '1' }],
    [`${ecr}/team/web:1@${digest}`, { registry: ecr, path: 'team/web', tag: '1', digest }],
    [`${ecr}/web@${digest}`, { registry: ecr, path: 'web', digest }],
    ['e-f/a__b--c.d', { path: 'e-f/a__b--c.d' }],
    [`app:${'t'.repeat(128)}`, { path: 'app', tag: 't'.repeat(128) }],
    ['MyHost/app', { registry: 'MyHost', path: 'app' }],
  ])('parses %s', (text, reference) => {
    expect(parseImageReference(text)).toEqual({ reference });
  });

  it.each([
    ['', 'it is empty'],
    ['app:1 ', 'white space'],
    ['app\n', 'white space'],
    ['https://registry.example/app', 'scheme'],
    ['<IMAGE1_NAME>', 'placeholder'],
    ['${IMAGE}', 'placeholder'],
    ['App', 'capital letters'],
    ['registry.example/Team/app', '"Team" has capital letters'],
    ['a//b', 'empty part'],
    ['registry.example/', 'no repository name'],
    ['/app', 'empty part'],
    ['app/', 'empty part'],
    ['a___b', 'not a repository name'],
    ['-app', 'not a repository name'],
    ['../app', 'not a host name'],
    ['app:', 'its tag'],
    ['app:.1', 'its tag'],
    [`app:${'t'.repeat(129)}`, 'its tag'],
    ['app@', 'its digest'],
    ['app@sha256:abc', 'its digest'],
    [`app@${digest.toUpperCase()}`, 'its digest'],
    [`app@${digest}@${digest}`, 'its digest'],
    ['registry.example:port/app', 'the registry'],
    [`registry.example/${'a'.repeat(255)}`, 'longer than 255'],
  ])('refuses %j with the reason', (text, reason) => {
    expect(parseImageReference(text)).toEqual({ reason: expect.stringContaining(reason) });
  });
});

describe('a private ECR registry', () => {
  it.each([
    ['dkr.ecr.eu-west-1.amazonaws.com', 'eu-west-1'],
    ['dkr.ecr-fips.us-east-1.amazonaws.com', 'us-east-1'],
    ['dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['dkr-ecr.eu-west-1.on.aws', 'eu-west-1'],
    ['dkr-ecr-fips.us-west-2.on.aws', 'us-west-2'],
    ['dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn', 'cn-northwest-1'],
    ['dkr.ecr.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
    ['dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu', 'eusc-de-east-1'],
    ['dkr.ecr.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
    ['dkr.ecr.us-isob-east-1.sc2s.sgov.gov', 'us-isob-east-1'],
    ['dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk', 'eu-isoe-west-1'],
    ['dkr.ecr.us-isof-south-1.csp.hci.ic.gov', 'us-isof-south-1'],
    ['DKR.ECR.EU-WEST-1.amazonaws.com', 'eu-west-1'],
  ])('is recognised by its host 111111111111.%s', (host, region) => {
    const reference = { registry: `111111111111.${host}`, path: 'team/web' };
    expect(ecrRepositoryOf(reference)).toEqual({ account: '111111111111', region, repository: 'team/web' });
  });

  it.each([
    'public.ecr.aws',
    '1234.dkr.ecr.eu-west-1.amazonaws.com',
    `${ecr}.evil.example`,
    `evil.${ecr}`,
    '111111111111.dkr-ecr.eu-west-1.on.aws.evil.example',
    '111111111111.dkr-ecr.eu-west-1.amazonaws.com',
    '111111111111.dkr.ecr.eu-west-1.on.aws',
    '111111111111.dkr.ecr.evil.example.amazonaws.com',
    '111111111111.dkr-ecr.evil.example',
    undefined,
  ])('is not recognised in %s', (registry) => {
    expect(ecrRepositoryOf({ registry, path: 'team/web' })).toBeUndefined();
  });
});
