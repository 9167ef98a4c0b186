import { expect, it } from 'vitest';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { commandsOf, listOwnTasks } from './own-tasks.ts';
import { startReleaseSystem } from './release-system.ts';
import { withTasks } from './with-tasks.ts';

/*
 * A pipeline releases, a person deploys something newer, and CodePipeline rolls the stage back to the pipeline's release. Nobody answers the approval for
 * the next target.
 */
const system = await startReleaseSystem(withTasks({ preDeploy: [{ name: 'migrate' }] }));
const { build, cloud, push, service } = system;
const { pipeline } = getFirstPipeline(system.system);
const ends: { type: string; kind: unknown; source: unknown }[] = [];
cloud.eventListeners.push((event) => {
  const { kind, source } = event.detail;
  if (event.source === 'gantry')
    ends.push({ type: event['detail-type'], kind, source: (source as { type: string }).type });
});

type Action = { actionName: string; stageName: string; status: string; output: { executionResult: Result } };
type Result = { externalExecutionSummary?: string; externalExecutionId?: string };

/** Waits until the stage of the target `test` has ended in a pipeline execution; returns its action. */
async function waitForStage(pipelineExecutionId: string): Promise<Action> {
  const filter = { pipelineExecutionId };
  const read = async () => {
    const found = await build('codepipeline', 'ListActionExecutions', { pipelineName: pipeline.name, filter });
    const { actionExecutionDetails } = found as { actionExecutionDetails: Action[] };
    return actionExecutionDetails.find(({ stageName }) => stageName === 'Deploy-test');
  };
  return (await system.waitUntil(read, (action) => action !== undefined && action.status !== 'InProgress'))!;
}

const start = async (operation: string, input: object): Promise<string> =>
  ((await build('codepipeline', operation, input)) as { pipelineExecutionId: string }).pipelineExecutionId;

it('the rollback of a stage is a rollback everywhere, runs no task, and names the migration that ran', async () => {
  const first = await start('StartPipelineExecution', { name: pipeline.name });
  expect((await waitForStage(first)).status).toBe('Succeeded');
  await system.steady();
  const released = (await service()).taskDefinition;
  expect((await system.release(await push('newer', { oneOff: [] }))).status).toBe('SUCCEEDED');
  await system.steady();
  expect((await service()).taskDefinition).not.toBe(released);
  const ran = commandsOf(await listOwnTasks(system));

  const target = { pipelineName: pipeline.name, stageName: 'Deploy-test', targetPipelineExecutionId: first };
  const back = await waitForStage(await start('RollbackStage', target));
  expect(back.status).toBe('Succeeded');
  await system.steady();
  expect(commandsOf(await listOwnTasks(system)), 'no task ran').toEqual(ran);
  expect(ran).toContain('bin/migrate');
  expect(back.output.executionResult.externalExecutionSummary).toContain(
    'The pre-deploy task migrate may have run for the release that is rolled back',
  );
  expect(ends.slice(-2)).toEqual([
    { type: 'Gantry Rollback Started', kind: 'rollback', source: 'pipeline' },
    { type: 'Gantry Rollback Succeeded', kind: 'rollback', source: 'pipeline' },
  ]);
});
