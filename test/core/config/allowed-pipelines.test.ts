import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPipelineAllowed } from '../../../core/config/allowed-pipelines.ts';
import { type ConfigInput, findConfigErrors, validateConfig } from '../../../core/config/check.ts';

const service = { name: 'web', containers: ['app'], executionRole: 'web-execution' };
const place = { account: '210987654321', region: 'eu-west-1', cluster: 'shop' };
const source = { type: 's3', bucket: 'sources', key: 'shop.zip' } as const;

/** Two targets. `test` has a service, a service with a list of its own, and matched services. `prod` lists nothing. */
const config = validateConfig({
  name: 'gantry',
  build: { account: '109876543210', region: 'eu-west-1' },
  targets: [
    {
      name: 'test',
      ...place,
      allowedPipelines: ['team', 'shop-*'],
      services: [service, { ...service, name: 'api', fileName: 'api.json', allowedPipelines: ['api-team'] }],
      match: { services: 'x-*', passRoles: ['x-*'] },
    },
    { name: 'prod', ...place, account: '310987654321', services: [service] },
    { name: 'open', ...place, account: '410987654321', allowedPipelines: ['*'], services: [service] },
  ],
  pipelines: [{ name: 'web-shop', source, deploys: ['test/web', 'prod/web'] }],
});

describe('a pipeline', () => {
  it.each<[string, string | undefined, string, boolean]>([
    ['that Gantry creates, to what it deploys', 'web-shop-production', 'test/web', true],
    ['that Gantry creates, to a target with no list', 'web-shop-production', 'prod/web', true],
    ['that Gantry creates, to what it does not deploy', 'web-shop-production', 'test/api', false],
    ['that Gantry creates on another stage', 'web-shop-dev', 'test/web', false],
    ['with the name of a created pipeline in the configuration only', 'web-shop', 'test/web', false],
    ['that the target lists', 'team', 'test/web', true],
    ['that a pattern of the target lists', 'shop-eu', 'test/web', true],
    ['that the target lists, to a matched service', 'team', 'test/x-1', true],
    ['that the target lists, to a service with its own list', 'team', 'test/api', false],
    ['that the service lists', 'api-team', 'test/api', true],
    ['that another service lists', 'api-team', 'test/web', false],
    ['that another target lists', 'team', 'prod/web', false],
    ['whose name ends differently', 'team-2', 'test/web', false],
    ['whose name has other letters', 'TEAM', 'test/web', false],
    ['whose name contains a pattern', 'my-shop-eu', 'test/web', false],
    ['that nobody lists, where every pipeline is allowed', 'anything', 'open/web', true],
    ['without a name, where every pipeline is allowed', undefined, 'open/web', true],
    ['without a name', undefined, 'test/web', false],
    ['with an empty name', '', 'test/web', false],
    ['to a service that the configuration does not allow', 'team', 'test/gone', false],
    ['to a target that the configuration does not have', 'web-shop-production', 'stage/web', false],
  ])('%s: %s to %s is %s', (_what, pipeline, name, expected) => {
    expect(checkPipelineAllowed(config, { pipeline, name }) === undefined).toBe(expected);
  });

  it.each([
    [
      'team-b',
      'test/web',
      'The pipeline "team-b" is not allowed to deploy to test/web; allowed are: web-shop-production, team, shop-*. Add "team-b" to allowedPipelines of the target test in gantry.config.ts and deploy Gantry again, or use an allowed pipeline.',
    ],
    [
      'team',
      'test/api',
      'The pipeline "team" is not allowed to deploy to test/api; allowed are: api-team. Add "team" to allowedPipelines of the service test/api in gantry.config.ts and deploy Gantry again, or use an allowed pipeline.',
    ],
    [
      undefined,
      'prod/web',
      'CodePipeline does not tell which pipeline the job belongs to; allowed are: web-shop-production. Add "*" to allowedPipelines of the target prod in gantry.config.ts and deploy Gantry again, or use an allowed pipeline.',
    ],
  ])('is refused with what was found, what is allowed, and what to do: %s to %s', (pipeline, name, message) => {
    expect(checkPipelineAllowed(config, { pipeline, name })).toMatchObject({ name: 'ConfigurationError', message });
  });

  it('of any name is allowed by its own name, and by no list that neither names it nor matches it', () => {
    const pipelineName = fc.stringMatching(/^[A-Za-z0-9.@_-]{1,100}$/);
    const property = fc.property(pipelineName, pipelineName, (own, other) => {
      const withList = (allowedPipelines: string[]) =>
        validateConfig({
          ...config,
          targets: [{ name: 'prod', ...place, services: [service], allowedPipelines }],
          pipelines: [],
        } as ConfigInput);
      const allowed = (list: string[]) =>
        checkPipelineAllowed(withList(list), { pipeline: own, name: 'prod/web' }) === undefined;
      expect(allowed([own])).toBe(true);
      expect(allowed([`${own.slice(0, -1)}*`])).toBe(true);
      expect(allowed([])).toBe(false);
      expect(allowed([other])).toBe(own === other);
    });
    fc.assert(property, { numRuns: 200, seed: 16 });
  });
});

describe('allowedPipelines', () => {
  it.each([
    ['the ARN of a pipeline', ['arn:aws:codepipeline:eu-west-1:109876543210:shop']],
    ['an empty name', ['']],
    ['two stars, which hide that every pipeline is allowed', ['**']],
    ['a question mark, which is no pattern here', ['shop-?']],
    ['one text', 'team'],
    ['null', null],
  ])('is refused with %s', (_what, allowedPipelines) => {
    const input = { ...config, targets: [{ ...config.targets[1]!, allowedPipelines }], pipelines: [] };
    expect(findConfigErrors(input)).toEqual([
      expect.stringMatching(/^targets\[0\]\.allowedPipelines(\[0\])? must be .*; found /),
    ]);
  });
});
