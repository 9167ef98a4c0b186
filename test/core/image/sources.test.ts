import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isImageAllowed } from '../../../core/image/registries.ts';
import { listRepositoryArns } from '../../../core/image/sources.ts';
import { matchesPattern } from '../../../core/parsing/pattern.ts';

const build = { account: '111111111111', region: 'eu-west-1' };

/** Whether an IAM policy with this resource pattern admits the resource (IAM user guide, reference_policies_elements_resource). */
const iamMatches = (arn: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(arn);

const nameArbitrary = fc.stringMatching(/^[a-c][a-c/]{0,5}[a-c]$/).filter((name) => !name.includes('//'));
const patternArbitrary = fc.oneof(nameArbitrary, fc.stringMatching(/^[a-c][a-c/*]{0,4}\*[a-c]{0,2}$/));
const hostArbitrary = fc.constantFrom(
  '111111111111.dkr.ecr.eu-west-1.amazonaws.com',
  '111111111111.dkr-ecr.us-east-1.on.aws',
  '222222222222.dkr.ecr.eu-west-1.amazonaws.com',
  '222222222222.dkr.ecr-fips.us-east-1.amazonaws.com',
);
const entryArbitrary = fc
  .tuple(hostArbitrary, fc.option(nameArbitrary))
  .map(([host, path]) => (path === null ? host : `${host}/${path}`));

it('the policy admits an ECR repository exactly if the checks allow its images', () => {
  fc.assert(
    fc.property(
      fc.array(patternArbitrary, { maxLength: 3 }),
      fc.array(entryArbitrary, { maxLength: 3 }),
      fc.tuple(hostArbitrary, nameArbitrary),
      (repositories, registries, [host, name]) => {
        const sources = { build, repositories, registries };
        const [account = '', , , dual = ''] = host.split('.');
        const region = /\.([a-z]{2}-[a-z]+-\d)\./.exec(host)?.[1] ?? dual;
        const arn = `arn:aws:ecr:${region}:${account}:repository/${name}`;
        const admitted = listRepositoryArns(sources).some((pattern) => iamMatches(arn, pattern));
        expect(isImageAllowed(`${host}/${name}:1`, sources)).toBe(admitted);
      },
    ),
    { numRuns: 500 },
  );
});

it.each([
  ['legacy/a', 'legacy/*', true],
  ['legacy', 'legacy/*', false],
  ['legacy/', 'legacy/*', true],
  ['a', 'a', true],
  ['ab', 'a', false],
  ['a', '*', true],
  ['aba', 'ab*ba', false],
  ['abba', 'ab*ba', true],
  ['shop-web-prod', 'shop-*-prod', true],
  ['shop--prod', 'shop-*-prod', true],
  ['shop-prod', 'shop-*-prod', false],
  ['a-b-c', 'a*b*c', true],
])('%s matches %s: %s', (name, pattern, expected) => {
  expect(matchesPattern(name, pattern)).toBe(expected);
});
