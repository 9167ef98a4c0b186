import { Failure } from '../errors/failure.ts';
import type { ContainerImage, Release } from '../model/release.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { findScheduleProblems, type ScheduleFacts, type ScheduleRules } from '../schedule/problems.ts';
import { placeImages } from '../task-definition/images.ts';
import type { Installation } from '../task-definition/installation.ts';
import {
  type DescribedTaskDefinition,
  familyOfRevision,
  type RawContainer,
  taskDefinitionArnOf,
} from '../task-definition/raw.ts';
import {
  findFamilyError,
  findRestrictionErrors,
  type TaskDefinitionRestrictions,
} from '../task-definition/restrictions.ts';
import type { AlarmFacts } from './alarms.ts';
import type { DescribedService } from './described-service.ts';
import { findPermissionErrors } from './permission-problems.ts';
import { findPlatformErrors } from './platforms.ts';
import { findServiceErrors, formatAccountAndRegion } from './state-errors.ts';
import { findMissingTaskContainers } from './task-problems.ts';

/** Returns a sentence for each problem that prevents a deployment to the target. `again`: whether the existing revision would be deployed unchanged. */
export const findTargetProblems = (
  facts: TargetFacts,
  { again, limits }: { again: boolean; limits: TaskDefinitionRestrictions },
): string[] => {
  const revision = [...familyProblems(facts, limits), ...fileProblems(facts, limits)];
  return [
    ...findServiceErrors(facts.release.target, facts.service),
    ...baseProblems(facts, again),
    ...(facts.pins instanceof Failure ? [facts.pins.message] : []),
    ...platformProblems(facts),
    ...taskProblems(facts),
    ...(facts.schedules === undefined ? [] : findScheduleProblems(facts.schedules.facts, facts.schedules.rules)),
    // Requests beyond the service's own limits are reported above, so they are not reported a second time here.
    ...(revision.length > 0 ? revision : permissionProblems(facts, limits)),
  ];
};

/** Returns a sentence for each part of the revision that the target's role is not allowed to register or pass. */
const permissionProblems = ({ release, base }: TargetFacts, { permissions }: TaskDefinitionRestrictions): string[] =>
  typeof base !== 'object' || base instanceof Failure || permissions === undefined
    ? []
    : findPermissionErrors(release, base.taskDefinition, permissions);

function baseProblems({ release, service, base }: TargetFacts, again: boolean): string[] {
  if (base === undefined) return [];
  if (base instanceof Failure) return [base.message];
  if (base === 'gone') return [missingBaseProblem(release, service)];
  const { status } = base.taskDefinition;
  // ECS still describes a deregistered revision, and Gantry can copy it to a new one. But no service can be updated to the deregistered revision itself.
  return again && undeployableStatuses.includes(String(status))
    ? [deregisteredProblem(taskDefinitionArnOf(base), String(status))]
    : placeImages(base.taskDefinition, release.images).problems;
}

const platformProblems = ({ release, service, base }: TargetFacts): string[] =>
  typeof service === 'string' || typeof base !== 'object' || base instanceof Failure
    ? []
    : findPlatformErrors(release, base.taskDefinition, service);

const taskProblems = ({ release, base }: TargetFacts): string[] =>
  typeof base !== 'object' || base instanceof Failure ? [] : findMissingTaskContainers(release.tasks, base);

/** A file of an artifact and a manually chosen revision can belong to another service; the other bases follow from the running revision. */
function familyProblems({ release, service, base }: TargetFacts, limits: TaskDefinitionRestrictions): string[] {
  if (typeof base !== 'object' || base instanceof Failure) return [];
  const { from } = release.base;
  const running = runningRevisionArn(service);
  if ((from !== 'file' && from !== 'revision') || running === '') return [];
  const what =
    from === 'file' ? 'The task definition file' : `The revision ${parseRevisionName(taskDefinitionArnOf(base))}`;
  return findFamilyError({ what, family: base.taskDefinition.family }, running, limits);
}

/**
 * Gantry trusts a revision in the target account, because only authorized people can register it. Gantry checks a file in the artifact, because anyone who
 * can push to the repository can write it.
 */
function fileProblems(
  { release: { base: from, images, target }, base, running }: TargetFacts,
  limits: TaskDefinitionRestrictions,
): string[] {
  if (from.from !== 'file' || base === undefined || base === 'gone' || base instanceof Failure) return [];
  const definition = base.taskDefinition;
  const placed = placeImages(definition, images).images;
  const filled = new Set(definition.containerDefinitions.filter((_, at) => placed[at] !== undefined));
  const candidate = {
    definition,
    running: running?.taskDefinition,
    target,
    placed: (one: RawContainer) => filled.has(one),
  };
  return findRestrictionErrors(candidate, limits);
}

/** Statuses of revisions that ECS still describes but no longer deploys (botocore ecs `TaskDefinitionStatus`). */
const undeployableStatuses = ['INACTIVE', 'DELETE_IN_PROGRESS'];

function missingBaseProblem({ base, target }: TargetFacts['release'], service: TargetFacts['service']): string {
  if (base.from === 'revision')
    return `The revision ${base.taskDefinition} does not exist in ${formatAccountAndRegion(target)}. Name another revision.`;
  return base.from === 'latest' ? noActiveRevisionProblem(service) : deletedRevisionProblem(service);
}

const runningRevisionArn = (service: TargetFacts['service']): string =>
  typeof service === 'string' ? '' : (service.taskDefinition ?? '');

const noActiveRevisionProblem = (service: TargetFacts['service']): string =>
  `The family '${familyOfRevision(runningRevisionArn(service))}' has no ACTIVE revision to build on. Register one, or let TaskDefinition name a file of the artifact.`;

const deletedRevisionProblem = (service: TargetFacts['service']): string =>
  `The revision that the service runs, ${runningRevisionArn(service)}, is deleted, so nothing can be built on it. Let TaskDefinition be latest or name a file of the artifact.`;

const deregisteredProblem = (arn: string, status: string): string =>
  `The revision ${arn} is ${status} (deregistered), and ECS deploys no such revision again. Deploy other images, or an ACTIVE revision.`;

/** The facts that Gantry finds in the target account before it changes anything. */
export interface TargetFacts {
  release: Release;
  service: DescribedService | 'no cluster' | 'no service';
  /**
   * The revision that the new one builds on: `gone` if ECS no longer has this revision; a Failure if the file cannot be read; undefined if the revision
   * depends on a service that does not exist.
   */
  base: DescribedTaskDefinition | 'gone' | Failure | undefined;
  /** The running revision, if the base is another revision. A file can use every reference that the running revision uses. */
  running?: DescribedTaskDefinition | undefined;
  /** The installation that checks the target. */
  installation: Installation;
  /** The digests of the tags in a manually chosen revision; a Failure if ECR does not have one of the images. */
  pins?: RevisionPins | Failure | undefined;
  alarms: AlarmFacts;
  /** The time of the check. If it is absent, Gantry does not check how long a deployment takes. */
  now?: Date | undefined;
  /** Whether Gantry can answer the pause hooks of the service. If it is absent, Gantry does not check pause hooks. */
  pauseHooks?: 'allow' | 'deny' | undefined;
  /** The schedules of the service; undefined if the configuration names none. */
  schedules?: { facts: ScheduleFacts[]; rules: ScheduleRules } | undefined;
}

/** Images that a revision names by tag, with their digests. */
export interface RevisionPins {
  images: ContainerImage[];
  warnings: string[];
}
