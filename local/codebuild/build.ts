import { encryptionKeyOf, type Project } from './project.ts';

export type PhaseType =
  | 'SUBMITTED'
  | 'QUEUED'
  | 'PROVISIONING'
  | 'DOWNLOAD_SOURCE'
  | 'INSTALL'
  | 'PRE_BUILD'
  | 'BUILD'
  | 'POST_BUILD'
  | 'UPLOAD_ARTIFACTS'
  | 'FINALIZING'
  | 'COMPLETED';

export type Status = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'IN_PROGRESS';

export interface Phase {
  phaseType: PhaseType;
  phaseStatus: Status;
  started: number;
  ended: number;
  contexts?: { statusCode: string; message: string }[];
}

/** One build of a project. Times are simulated milliseconds since 1970. */
export interface Build {
  uuid: string;
  number: number;
  project: Project;
  started: number;
  ended?: number;
  status: Status;
  currentPhase: PhaseType;
  phases: Phase[];
  initiator: string;
  source: { type: string; location?: string | undefined; buildspec?: string | undefined };
  sourceVersion?: string | undefined;
  artifacts: { type: string; location?: string | undefined; name?: string | undefined };
  environment: { name: string; value: string }[];
  exported: Record<string, string>;
  log: { timestamp: number; message: string }[];
}

/** `project:uuid`. */
export const idOf = (build: Build): string => `${build.project.name}:${build.uuid}`;

export const buildArn = ({ uuid, project: { region, account, name } }: Build): string =>
  `arn:aws:codebuild:${region}:${account}:build/${name}:${uuid}`;

/** Where a build's log goes; undefined when the project turned it off. */
export function logPlace({ project, uuid }: Build): { group: string; stream: string } | undefined {
  const { status = 'ENABLED', groupName, streamName } = project.logsConfig?.cloudWatchLogs ?? {};
  if (status === 'DISABLED') return undefined;
  return {
    group: groupName ?? `/aws/codebuild/${project.name}`,
    stream: streamName === undefined ? uuid : `${streamName}/${uuid}`,
  };
}

/** The console percent-encodes names with `$25` for `%`. */
const inConsole = (name: string): string => encodeURIComponent(encodeURIComponent(name)).replaceAll('%', '$');

function logsOf(build: Build) {
  const place = logPlace(build);
  const { region, account } = build.project;
  if (place === undefined) return { cloudWatchLogs: { status: 'DISABLED' } };
  const { group, stream } = place;
  return {
    groupName: group,
    streamName: stream,
    deepLink: `https://console.aws.amazon.com/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${inConsole(group)}/log-events/${inConsole(stream)}`,
    cloudWatchLogsArn: `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:${stream}`,
  };
}

const phaseShown = ({ phaseType, phaseStatus, started, ended, contexts }: Phase) => ({
  phaseType,
  startTime: started / 1000,
  // COMPLETED has no status and no end.
  ...(phaseType === 'COMPLETED'
    ? {}
    : { phaseStatus, endTime: ended / 1000, durationInSeconds: Math.round((ended - started) / 1000) }),
  ...(contexts === undefined ? {} : { contexts }),
});

/** A build as BatchGetBuilds shows it. */
export const shown = (build: Build) => ({
  id: idOf(build),
  arn: buildArn(build),
  buildNumber: build.number,
  startTime: build.started / 1000,
  endTime: build.ended === undefined ? undefined : build.ended / 1000,
  currentPhase: build.currentPhase,
  buildStatus: build.status,
  sourceVersion: build.sourceVersion,
  resolvedSourceVersion: build.sourceVersion,
  projectName: build.project.name,
  phases: build.phases.map(phaseShown),
  source: build.source,
  artifacts:
    build.artifacts.location === undefined
      ? {}
      : { location: `arn:aws:s3:::${build.artifacts.location}/${build.artifacts.name}`, encryptionDisabled: false },
  environment: { ...build.project.environment, environmentVariables: build.environment },
  serviceRole: build.project.serviceRole,
  logs: logsOf(build),
  timeoutInMinutes: build.project.timeoutInMinutes,
  queuedTimeoutInMinutes: build.project.queuedTimeoutInMinutes,
  buildComplete: build.ended !== undefined,
  initiator: build.initiator,
  encryptionKey: encryptionKeyOf(build.project),
  exportedEnvironmentVariables: Object.entries(build.exported).map(([name, value]) => ({ name, value })),
});
