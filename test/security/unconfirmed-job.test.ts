import { describe, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { setSource } from '../../local/codepipeline.ts';
import { zipFiles } from './attacked-pipeline.ts';
import { imageList, startAttackedSystem } from './attacked-system.ts';
import { invokeInTest } from './invoke-in-test.ts';

/* A pipeline invokes take-job, and CodePipeline does not report the jobs of Lambda invoke actions (local/assumptions/codepipeline-data.ts, details-lambda). */

/** Releases an image through the invoke action of test. Returns the end of the action, and whether test runs the image. */
async function release(allowedPipelines: string[]) {
  const world = await startAttackedSystem({
    targets: example.targets.map((target) => ({ ...target, allowedPipelines })),
  });
  const { cloud, clock } = world;
  const admin = world.admin('111111111111');
  cloud.answers = selectAnswers({ id: 'details-lambda', answer: 'refused' });
  await invokeInTest(world);
  const image = `${world.repository.uri}@${await world.push('good', 'a good image')}`;
  const zip = await zipFiles(imageList(image));
  setSource(cloud, 'sources/attacked.zip', async () => ({ revision: '1', summary: 'one', zip }));
  await admin('codepipeline', 'StartPipelineExecution', { name: 'attacked' });
  const isOver = async () => !['none', 'InProgress'].includes((await world.readDeployment('Test')).status);
  await clock.advanceUntil(isOver, 3_600_000);
  return { ...(await world.readDeployment('Test')), runs: (await world.runs('test')).app === image };
}

describe('the job of a Lambda invoke action that CodePipeline does not report', () => {
  it.each<[what: string, allowed: string[], status: string, message: RegExp, runs: boolean]>([
    ['is refused by a target that allows only its pipeline', ['attacked'], 'Failed', /allowedPipelines/, false],
    ["is deployed to a target that allows '*', from the artifact store", ['*'], 'Succeeded', /./, true],
  ])('%s', async (_, allowed, status, message, runs) => {
    expect(await release(allowed)).toEqual({ status, message: expect.stringMatching(message), runs });
  });
});
