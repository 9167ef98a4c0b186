import { isTableUnavailable } from '../aws/dynamodb.ts';
import { createTargetEcsClient } from '../aws/ecs.ts';
import { describeTaskDefinition } from '../aws/ecs-task-definitions.ts';
import { readTaskFamilyUsers } from '../aws/family-users.ts';
import { readLedgerEntries } from '../aws/ledger.ts';
import { assumeTargetRole } from '../aws/sts.ts';
import type { Config } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Target } from '../core/model/release.ts';
import type { LifecycleHook } from '../core/model/stage-progress.ts';
import { identifyService } from '../core/model/table-keys.ts';
import { findCommitOfRevision } from '../core/reporting/running-commit.ts';
import { isNewestDeploymentUnfinished } from '../core/rollout/rolling-out.ts';
import { findUsersOfOtherRevisions, type UserOfOtherRevision } from '../core/schedule/other-revisions.ts';
import { findConfiguredSchedules } from '../core/schedule/rules.ts';
import { describeMissingService } from '../core/service/described-service.ts';
import { type DescribedTaskDefinition, familyOfRevision } from '../core/task-definition/raw.ts';
import { findAwsTime } from './aws-clock.ts';
import type { ExitCode } from './context.ts';
import { type LeaseStatus, readLeaseStatus } from './lease-status.ts';
import { describeTargetService, tasksByDeployment, viewerSession } from './service.ts';
import { readWaitingHooks } from './waiting-hooks.ts';
import type { DeploymentTasks } from './watch-event.ts';

/** The running revision of a target, and the state of its service, at one time. Times are ISO 8601 texts, in UTC. */
export interface TargetStatus {
  target: string;
  taskDefinition: string;
  /** When the newest deployment began. */
  since: string;
  /** When this was read, by AWS's clock. */
  readAt: string;
  images: { name: string; image: string }[];
  /**
   * Gantry's tags on the revision, which say where the revision comes from: `execution`, `pipeline`, `artifact`, `replaces` …; empty if Gantry did not register
   * it.
   */
  release: Record<string, string>;
  /** The id of the commit that the revision was released from; absent if the ledger does not know it. */
  commit?: string;
  /** Whether the newest deployment is not finished. */
  rollingOut: boolean;
  deployments: DeploymentTasks[];
  /** The lifecycle hooks that the newest deployment waits for; absent if there are none, or if they could not be read. */
  waiting?: LifecycleHook[];
  lease: LeaseStatus;
  /**
   * The users of the family that run another revision than the service. Absent if the configuration names no schedules of the service. A text says why they are
   * unknown.
   */
  others?: UserOfOtherRevision[] | string;
}

/** A target whose status could not be read: why, and the exit code for it. */
export interface UnreadableTarget {
  target: string;
  problem: string;
  exitCode: ExitCode;
}

/** Reads a target's status with the user's credentials. Throws PermissionError, SystemUnavailable, or a ConfigurationError if there is no such service. */
export async function readTargetStatus(
  target: Target & { name: string },
  now: Date,
  config: Config,
): Promise<TargetStatus> {
  const service = await describeTargetService(target, now);
  const primary = service.deployments.find(({ status }) => status === 'PRIMARY');
  if (primary === undefined) throw new Failure('ConfigurationError', describeMissingService(target));
  const described = await describeTaskDefinition(
    await createTargetEcsClient(target, viewerSession, now),
    primary.taskDefinition,
  );
  const { taskDefinition } = primary;
  const session = await assumeTargetRole(target, viewerSession, now);
  const release = releaseTags(described);
  return {
    target: target.name,
    taskDefinition,
    since: primary.createdAt.toISOString(),
    readAt: findAwsTime(now, session, primary.createdAt).toISOString(),
    images: listImages(described),
    release,
    ...(await readCommit(target, { taskDefinition, tags: release })),
    rollingOut: isNewestDeploymentUnfinished(service),
    deployments: tasksByDeployment(service),
    ...(await readWaitingHooks(target, service, { now, config })),
    lease: await readLeaseStatus(target),
    ...(await readOthers(target, taskDefinition, { now, config })),
  };
}

/** The number of ledger entries to read. Most services get fewer in a week. An older revision is shown without its commit. */
export const recentLedgerEntries = 20;

async function readCommit(
  target: Target,
  revision: Parameters<typeof findCommitOfRevision>[1],
): Promise<Pick<TargetStatus, 'commit'>> {
  const entries = await readLedgerEntries(identifyService(target), recentLedgerEntries);
  const commit = isTableUnavailable(entries) ? undefined : findCommitOfRevision(entries, revision);
  return commit === undefined ? {} : { commit };
}

/** The viewer role is allowed to read schedules only if the configuration names schedules. */
async function readOthers(
  target: Target,
  taskDefinition: string,
  { now, config }: { now: Date; config: Config },
): Promise<Pick<TargetStatus, 'others'>> {
  if (findConfiguredSchedules(config, target) === undefined) return {};
  const reader = { session: { ...viewerSession, access: 'view schedules' as const }, now };
  const users = await readTaskFamilyUsers(target, familyOfRevision(taskDefinition), reader).catch((error: unknown) => {
    if (error instanceof Failure) return error.message;
    throw error;
  });
  return { others: typeof users === 'string' ? users : findUsersOfOtherRevisions(users, taskDefinition) };
}

const listImages = (described: DescribedTaskDefinition | undefined): TargetStatus['images'] =>
  (described?.taskDefinition.containerDefinitions ?? []).map(({ name, image }) => ({ name, image: String(image) }));

const tagPrefix = 'gantry:';

const releaseTags = (described: DescribedTaskDefinition | undefined): Record<string, string> =>
  Object.fromEntries(
    (described?.tags ?? [])
      .filter(({ key }) => key.startsWith(tagPrefix))
      .map(({ key, value }) => [key.slice(tagPrefix.length), value]),
  );
