import { bucketArn, consoleHost, regionalArn } from '../partition.ts';
import { encryptionKeyOf } from './project.ts';
import type { Build, Phase } from './state.ts';

/** Returns the build's id: `project:uuid`. */
export const buildId = (build: Build): string => `${build.project.name}:${build.uuid}`;

export const buildArn = ({ uuid, project }: Build): string =>
  regionalArn('codebuild', project, `build/${project.name}:${uuid}`);

/** Returns the log group and stream of a build; undefined if the project has logging disabled. */
export function logLocation({ project, uuid }: Build): { group: string; stream: string } | undefined {
  const { status = 'ENABLED', groupName, streamName } = project.logsConfig?.cloudWatchLogs ?? {};
  if (status === 'DISABLED') return undefined;
  return {
    group: groupName ?? `/aws/codebuild/${project.name}`,
    stream: streamName === undefined ? uuid : `${streamName}/${uuid}`,
  };
}

/** Encodes a name for a console URL, which uses `$25` for `%`. */
const encodeForConsole = (name: string): string => encodeURIComponent(encodeURIComponent(name)).replaceAll('%', '$');

function logsView(build: Build) {
  const place = logLocation(build);
  const { region } = build.project;
  if (place === undefined) return { cloudWatchLogs: { status: 'DISABLED' } };
  const { group, stream } = place;
  return {
    groupName: group,
    streamName: stream,
    deepLink: `https://${consoleHost(region)}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${encodeForConsole(group)}/log-events/${encodeForConsole(stream)}`,
    cloudWatchLogsArn: regionalArn('logs', build.project, `log-group:${group}:log-stream:${stream}`),
  };
}

const phaseView = ({ phaseType, phaseStatus, started, ended, contexts }: Phase) => ({
  phaseType,
  startTime: started / 1000,
  // COMPLETED has neither status nor end.
  ...(phaseType === 'COMPLETED'
    ? {}
    : { phaseStatus, endTime: ended / 1000, durationInSeconds: Math.round((ended - started) / 1000) }),
  ...(contexts === undefined ? {} : { contexts }),
});

/** Returns a build in the format of BatchGetBuilds. */
export const buildView = (build: Build) => ({
  id: buildId(build),
  arn: buildArn(build),
  buildNumber: build.number,
  startTime: build.started / 1000,
  endTime: build.ended === undefined ? undefined : build.ended / 1000,
  currentPhase: build.currentPhase,
  buildStatus: build.status,
  sourceVersion: build.sourceVersion,
  resolvedSourceVersion: build.sourceVersion,
  projectName: build.project.name,
  phases: build.phases.map(phaseView),
  source: build.source,
  artifacts:
    build.artifacts.location === undefined
      ? {}
      : {
          location: bucketArn(build.project.region, `${build.artifacts.location}/${build.artifacts.name}`),
          encryptionDisabled: false,
        },
  environment: { ...build.project.environment, environmentVariables: build.environment },
  serviceRole: build.project.serviceRole,
  logs: logsView(build),
  timeoutInMinutes: build.project.timeoutInMinutes,
  queuedTimeoutInMinutes: build.project.queuedTimeoutInMinutes,
  buildComplete: build.ended !== undefined,
  initiator: build.initiator,
  encryptionKey: encryptionKeyOf(build.project),
  exportedEnvironmentVariables: Object.entries(build.exported).map(([name, value]) => ({ name, value })),
});
