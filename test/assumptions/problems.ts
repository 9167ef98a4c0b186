import type { SelectedAnswer } from '../../local/assumptions/answers.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import {
  firstImage,
  readRunningImage,
  readRunningRevision,
  readScheduledRevision,
  type TestEnvironment,
} from './environment.ts';
import type { FinishedRun } from './finished-run.ts';
import type { Scenario } from './scenarios.ts';

async function readEnd({ build }: TestEnvironment, service: string, execution: string): Promise<string> {
  if (!execution.startsWith('arn:')) {
    const asked = { pipelineName: service, pipelineExecutionId: execution };
    const found = await build('codepipeline', 'GetPipelineExecution', asked);
    return (found as { pipelineExecution: { status: string } }).pipelineExecution.status;
  }
  const found = await build('states', 'DescribeExecution', { executionArn: execution });
  const { status, cause } = found as { status: string; cause?: string };
  return cause === undefined ? status : `${status} (${cause})`;
}

const findWrongReports = ({ service, says = {} }: Scenario, report: string): string[] => [
  ...(says.must !== undefined && !says.must.test(report)
    ? [`${service}: it does not say ${says.must}: ${report}`]
    : []),
  ...(says.never?.test(report) ? [`${service}: it says ${says.never}: ${report}`] : []),
];

/** A release runs each of its tasks once, and moves the schedule of its service to the service's revision. */
async function findTaskProblems(
  { environment, tasks }: FinishedRun,
  { service, tasks: expected = 0 }: Scenario,
): Promise<string[]> {
  const ran = tasks.get(service)?.size ?? 0;
  const problems = ran === expected ? [] : [`${service}: ${ran} tasks ran; expected ${expected}`];
  if (expected === 0) return problems;
  const [scheduled, revision] = [
    await readScheduledRevision(environment, service),
    await readRunningRevision(environment, service),
  ];
  return scheduled === revision
    ? problems
    : [...problems, `${service}: its schedule runs ${scheduled}, but the service runs ${revision}`];
}

async function findProblemsOf(run: FinishedRun, scenario: Scenario): Promise<string[]> {
  const { environment, started } = run;
  const { service, ends, runs } = scenario;
  const ended = await Promise.all(started.get(scenario)!.map((execution) => readEnd(environment, service, execution)));
  const wrongEnds = ends.flatMap((expected, index) =>
    ended[index]?.split(' ')[0] === expected
      ? []
      : [`${service}: its execution ${index + 1} ended ${ended[index]}; expected ${expected}`],
  );
  wrongEnds.push(...findWrongReports(scenario, ended.at(-1) ?? ''), ...(await findTaskProblems(run, scenario)));
  const image = await readRunningImage(environment, service);
  const digest = await readDigest(environment, runs);
  const isExpected = runs === 'first' ? image === firstImage : image.includes(digest) || image.endsWith(`:${runs}`);
  return isExpected ? wrongEnds : [...wrongEnds, `${service}: it runs ${image}; expected the image "${runs}"`];
}

async function readDigest({ build, system }: TestEnvironment, imageTag: string): Promise<string> {
  if (imageTag === 'first') return '';
  const asked = { repositoryName: getFirstPipeline(system).repository.name, imageIds: [{ imageTag }] };
  const found = await build('ecr', 'BatchGetImage', asked);
  return (found as { images: [{ imageId: { imageDigest: string } }] }).images[0].imageId.imageDigest;
}

/**
 * Every job must get a result, and never two different results. The same result can be reported twice: a failed attempt of a function reports no result, and
 * the function for dead executions reports each failed execution of the last minutes.
 */
const findWrongResults = ({ results }: FinishedRun): string[] => [
  ...(results.size === jobs ? [] : [`${results.size} of ${jobs} jobs got a result`]),
  ...[...results.values()]
    .filter((put) => put.size > 1)
    .map((put) => `a job got different results: ${[...put].join(', ')}`),
];

const jobs = 4;

/** Only an attempt shows whether credentials can decrypt, so this denial is expected. */
const isExpected = (denied: string, answer: SelectedAnswer | undefined): boolean =>
  answer?.id === 'credentials-key' && denied.includes('kms:Decrypt');

const findDenials = ({ environment }: FinishedRun, answer: SelectedAnswer | undefined): string[] => [
  ...new Set(
    environment.cloud.authorizations.flatMap(({ denied }) =>
      denied === undefined || isExpected(denied, answer) ? [] : [denied],
    ),
  ),
];

/** Returns a sentence for each end that differs from the end that the scenario requires. */
export async function findProblems(played: FinishedRun, answer: SelectedAnswer | undefined): Promise<string[]> {
  const scenarios = [...played.started.keys()];
  const found = await Promise.all(scenarios.map((scenario) => findProblemsOf(played, scenario)));
  return [...played.refused, ...found.flat(), ...findWrongResults(played), ...findDenials(played, answer)];
}
