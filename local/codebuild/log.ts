import type { Caller } from '../../policy-evaluator/caller.ts';
import type { Cloud } from '../cloud.ts';
import { buildArn, logLocation } from './build.ts';
import type { Build } from './state.ts';

const errorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Creates the build's log stream as the service role. Throws with CodeBuild's message if the role is not allowed to. */
export async function openLog(cloud: Cloud, build: Build, caller: Caller): Promise<void> {
  const place = logLocation(build);
  if (place === undefined || !cloud.services.has('logs')) return;
  const as = { caller, region: build.project.region };
  const create = () =>
    cloud.invoke('logs', 'CreateLogStream', { logGroupName: place.group, logStreamName: place.stream }, as);
  try {
    await create().catch(async (error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
      await cloud.invoke('logs', 'CreateLogGroup', { logGroupName: place.group }, as);
      await create();
    });
  } catch (error) {
    throw new Error(
      `Service role ${build.project.serviceRole} does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for build ${buildArn(build)}. Error message: ${errorMessage(error)}`,
    );
  }
}

/** Writes a build's output to its stream; a build does not fail if its log cannot be written at the end. */
export async function writeLog(cloud: Cloud, build: Build, caller: Caller): Promise<void> {
  const place = logLocation(build);
  const logEvents = build.log.map((event) => ({ ...event, message: event.message || ' ' })).slice(-10_000);
  if (place === undefined || !cloud.services.has('logs') || logEvents.length === 0) return;
  const input = { logGroupName: place.group, logStreamName: place.stream, logEvents };
  await cloud
    .invoke('logs', 'PutLogEvents', input, { caller, region: build.project.region })
    .catch((error: unknown) => build.log.push({ timestamp: cloud.clock.now(), message: errorMessage(error) }));
}
