import { expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { declareSystem } from '../../infra/system.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { exampleWithTargets } from '../example-config.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000';

it.each([
  [0, undefined],
  [15, '15'],
])('a bake time of %i minutes becomes BakeMinutes %s', (bakeMinutes, handedOn) => {
  const [first] = example.targets;
  const services = [{ ...first!.services[0]!, bakeMinutes }];
  const config = validateConfig(exampleWithTargets([{ ...first!, services }]));
  const action = getFirstPipeline(declareSystem(config, { stage: 'production', keyArn })).pipeline.stages.at(-1)!
    .actions[0]!;
  expect(action.configuration.BakeMinutes).toBe(handedOn);
});
