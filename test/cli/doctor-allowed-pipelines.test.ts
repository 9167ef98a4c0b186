import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAllowedPipelines } from '../../cli/doctor/check-allowed-pipelines.ts';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import { checkPipelineAllowed } from '../../core/config/allowed-pipelines.ts';
import { type ConfigInput, validateConfig } from '../../core/config/check.ts';
import config from './doctor-config.ts';

const pipelineName = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.'), minLength: 1, maxLength: 4 });
const pattern = fc.oneof(
  pipelineName,
  fc.constant('*'),
  fc.tuple(pipelineName, fc.constantFrom('*', '*a', '*-*')).map(([start, end]) => `${start}${end}`),
);

/** The meaning of IAM's `*`, as a regular expression. */
const isListed = (name: string, list: string[]): boolean =>
  list.some((one) =>
    new RegExp(
      `^${one
        .split('*')
        .map((part) => part.replace(/[.-]/g, '\\$&'))
        .join('.*')}$`,
    ).test(name),
  );

it('the doctor and the release allow the same pipelines: those that the service lists, or else its target', async () => {
  const property = fc.asyncProperty(
    fc.array(pattern, { maxLength: 2 }),
    fc.option(fc.array(pattern, { maxLength: 2 }), { nil: undefined }),
    pipelineName,
    async (ofTarget, ofService, pipeline) => {
      const [test, prod] = config.targets;
      const [service] = test!.services;
      const services = [{ ...service!, ...(ofService && { allowedPipelines: ofService }) }];
      const targets = [{ ...test!, allowedPipelines: ofTarget, services }, prod!];
      const given = validateConfig({ ...config, targets, pipelines: [] } as ConfigInput);
      const facts = declaredFacts(given, 'production', 0);
      const properties = {
        ClusterName: 'tea',
        ServiceName: 'pot',
        RoleArn: `arn:aws:iam::${test!.account}:role/test-deployment`,
        Region: test!.region,
      };
      const pipelineActions = {
        found: [{ pipeline, stage: 'Deploy', name: 'Deploy', runOrder: 1, inputs: ['Build'], properties }],
      };
      const { state } = await checkAllowedPipelines(given, 'production').run({ ...facts, pipelineActions });
      const expected = isListed(pipeline, ofService ?? ofTarget);
      expect({
        doctor: state,
        release: checkPipelineAllowed(given, { pipeline, name: 'test/pot' }) === undefined,
      }).toEqual({
        doctor: expected ? 'OK' : 'NG',
        release: expected,
      });
    },
  );
  await fc.assert(property, { numRuns: 150, seed: 16 });
});

describe('an action with a variable of the pipeline in its properties', () => {
  const [test, prod] = config.targets;
  const [pot] = test!.services;
  const services = [{ ...pot!, allowedPipelines: ['own'] }];
  const match = { services: 'preview-*', passRoles: ['preview-*'] };
  const targets = [{ ...test!, allowedPipelines: ['previews'], services, match }, prod!];
  const given = validateConfig({ ...config, targets, pipelines: [] } as never);
  const cluster = `arn:aws:ecs:${test!.region}:${test!.account}:cluster/tea`;

  it.each<[pipeline: string, properties: object, state: string]>([
    ['previews', { ServiceName: 'preview-#{variables.number}' }, 'OK'],
    ['previews', { ServiceName: '#{variables.service}' }, 'OK'],
    ['previews', { ServiceName: 'preview-#{SourceVariables.BranchName}-#{variables.n}' }, 'OK'],
    ['previews', { ServiceName: 'preview-1', ClusterName: '#{variables.cluster}' }, 'OK'],
    ['previews', { ServiceName: 'preview-#{variables.n}', ClusterName: cluster }, 'OK'],
    ['previews', { ServiceName: 'preview-1', Region: '#{variables.region}', RoleArn: '#{variables.role}' }, 'OK'],
    ['own', { ServiceName: 'p#{variables.rest}' }, 'OK'],
    ['own', { ServiceName: 'preview-#{variables.number}' }, 'NG'],
    ['others', { ServiceName: '#{variables.service}' }, 'NG'],
    ['previews', { ServiceName: 'web-#{variables.number}' }, 'NG'],
    ['previews', { ServiceName: 'preview-#{variables.number}', ClusterName: 'coffee-#{variables.n}' }, 'NG'],
    ['previews', { ServiceName: 'po#{variables.t}' }, 'NG'],
  ])('of the pipeline %s, %j: %s', async (pipeline, more, state) => {
    const properties = {
      ClusterName: 'tea',
      RoleArn: `arn:aws:iam::${test!.account}:role/test-deployment`,
      Region: test!.region,
      ...more,
    };
    const action = { pipeline, stage: 'Deploy', name: 'Deploy', runOrder: 1, inputs: ['Build'], properties } as const;
    const facts = { ...declaredFacts(given, 'production', 0), pipelineActions: { found: [action] } } as never;
    expect((await checkAllowedPipelines(given, 'production').run(facts)).state).toBe(state);
  });
});
