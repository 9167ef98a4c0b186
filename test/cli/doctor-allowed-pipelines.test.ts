import * as fc from 'fast-check';
import { expect, it } from 'vitest';
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

/** What IAM's `*` means, written as a regular expression. */
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
