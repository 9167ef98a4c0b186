import { Failure } from '../errors/failure.ts';
import type { ReleasePlan } from '../model/state-data.ts';
import { escapeUnprintable } from '../parsing/display-text.ts';
import { findScheduleWarnings, listTasksToMove } from '../schedule/problems.ts';
import { hasImages } from '../task-definition/images.ts';
import { findOtherInstallation, formatInstallation, type Installation } from '../task-definition/installation.ts';
import { type DescribedTaskDefinition, familyOfRevision, taskDefinitionArnOf } from '../task-definition/raw.ts';
import type { TaskDefinitionRestrictions } from '../task-definition/restrictions.ts';
import { chooseAlarmsToWatch, listAlarmWarnings } from './alarms.ts';
import {
  type CompleteDeployment,
  type DescribedService,
  findPrimaryDeployment,
  isServiceSteady,
} from './described-service.ts';
import type { TargetFacts } from './problems.ts';
import { findTargetProblems } from './problems.ts';
import { formatServiceAndCluster } from './state-errors.ts';
import { listPauseWarnings, listStrategyWarnings } from './strategy-warnings.ts';

/** The facts about a target that can be deployed to. */
interface DeployableFacts extends TargetFacts {
  service: DescribedService;
  base: DescribedTaskDefinition;
}

const isDeployable = (facts: TargetFacts): facts is DeployableFacts =>
  typeof facts.service === 'object' && typeof facts.base === 'object' && !(facts.base instanceof Failure);

/** Returns the plan that follows from the facts. `limits`: what a file of the artifact can request. Throws one ConfigurationError that lists all problems. */
export function planRelease(facts: TargetFacts, limits: TaskDefinitionRestrictions): ReleasePlan {
  const again = isDeployable(facts) && hasSameImages(facts) && !isUnchanged(facts);
  const problems = findTargetProblems(facts, { again, limits });
  if (problems.length > 0) throw new Failure('ConfigurationError', problems.join(' '));
  const primary = isDeployable(facts) ? findPrimaryDeployment(facts.service) : undefined;
  if (primary === undefined || !isDeployable(facts))
    throw new Failure(
      'SystemUnavailable',
      `${formatServiceAndCluster(facts.release.target)} has no PRIMARY deployment at the moment.`,
    );
  const { release, base } = facts;
  return {
    before: {
      taskDefinition: primary.taskDefinition,
      deploymentId: primary.id,
      startedAt: primary.createdAt.toISOString(),
      knownGood: isKnownGood(facts.service, primary),
    },
    ...(release.base.from === 'file' ? {} : { baseTaskDefinition: taskDefinitionArnOf(base) }),
    ...listPinnedImages(facts),
    unchanged: isUnchanged(facts),
    alarms: chooseAlarmsToWatch(facts.alarms),
    warnings: planWarnings(facts, primary).map(escapeUnprintable),
    ...(facts.schedules && { schedules: listTasksToMove(facts.schedules.facts, facts.schedules.rules) }),
  };
}

const listPinnedImages = ({ pins }: TargetFacts): Pick<ReleasePlan, 'images'> =>
  pins === undefined || pins instanceof Failure || pins.images.length === 0 ? {} : { images: pins.images };

/**
 * Whether the deployment is COMPLETED (or steady, behind a Classic Load Balancer) and runs at least one task, because without a task its success proves
 * nothing.
 */
const isKnownGood = (service: DescribedService, primary: CompleteDeployment): boolean =>
  (primary.rolloutState === undefined ? isServiceSteady(service) : primary.rolloutState === 'COMPLETED') &&
  (primary.runningCount ?? service.runningCount ?? 0) > 0;

/** Whether the revision to build on has these images already, so that it can be deployed as it is. */
const hasSameImages = ({ release, base }: DeployableFacts): boolean =>
  release.base.from !== 'file' && hasImages(base.taskDefinition, release.images);

const isDigestPinned = ({ pinned }: { pinned: string }): boolean => /@sha256:[0-9a-f]{64}$/.test(pinned);

/**
 * Whether the service runs the requested images already. Only digests prove this, because a tag can have moved. A request without images deploys the running
 * revision again.
 */
const isUnchanged = (facts: DeployableFacts): boolean =>
  !facts.release.force &&
  facts.release.images.length > 0 &&
  facts.release.images.every(isDigestPinned) &&
  hasSameImages(facts) &&
  taskDefinitionArnOf(facts.base) === facts.service.taskDefinition &&
  isServiceSteady(facts.service);

/** A deregistered revision keeps running, but ECS starts no new deployment of it (botocore ecs `DeregisterTaskDefinition`). */
const inactiveWarning = ({ taskDefinition: { status, taskDefinitionArn } }: DescribedTaskDefinition, runs: string) =>
  taskDefinitionArn !== runs || status === 'ACTIVE' || status === undefined
    ? []
    : [
        `The revision that the service runs, ${runs}, is ${String(status)} (deregistered). If this release fails, Gantry registers its content again as a new revision to roll back to it.`,
      ];

/** The tags say which installation registered the revision that the service runs. */
function otherInstallationWarning({ tags, taskDefinition }: DescribedTaskDefinition, own: Installation): string[] {
  const other = findOtherInstallation(tags, own);
  if (other === undefined) return [];
  return [
    `The revision that the service runs, ${String(taskDefinition.taskDefinitionArn)}, was registered by another installation of Gantry: ${formatInstallation(other)}. Two installations do not see each other's leases. Let only one of them deploy to this service.`,
  ];
}

/** Returns how many whole minutes a release has from now on; any number if the time is not known. */
const calculateMinutesLeft = ({ deadline }: DeployableFacts['release'], now: Date | undefined): number =>
  now === undefined ? Number.POSITIVE_INFINITY : Math.floor((Date.parse(deadline) - now.getTime()) / 60_000);

function planWarnings(
  { release, service, base, running = base, installation, pins, alarms, schedules, now, pauseHooks }: DeployableFacts,
  { id, taskDefinition }: CompleteDeployment,
): string[] {
  const family = familyOfRevision(taskDefinition);
  const busy = (service.deployments?.length ?? 1) > 1;
  return [
    ...(busy
      ? [
          `An earlier deployment, ${id} of ${taskDefinition}, is not finished; this one replaces it. A rollback will skip that revision, because it is not known good.`,
        ]
      : []),
    ...inactiveWarning(running, taskDefinition),
    ...otherInstallationWarning(running, installation),
    ...(service.desiredCount === 0
      ? [`${formatServiceAndCluster(release.target)} wants 0 tasks, so no task will prove the images.`]
      : []),
    ...(base.taskDefinition.family === family
      ? []
      : [`The service moves from the family '${family}' to '${base.taskDefinition.family}'.`]),
    ...(pins === undefined || pins instanceof Failure ? [] : pins.warnings),
    ...listStrategyWarnings(service.deploymentConfiguration ?? {}, calculateMinutesLeft(release, now)),
    ...listPauseWarnings(service.deploymentConfiguration ?? {}, pauseHooks),
    ...listAlarmWarnings(alarms),
    ...(schedules === undefined ? [] : findScheduleWarnings(schedules.facts, schedules.rules)),
  ];
}
