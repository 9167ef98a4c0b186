import { Failure } from '../errors/failure.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { escapeUnprintable } from '../parsing/display-text.ts';
import { matchesAnyPattern } from '../parsing/pattern.ts';
import type { CommandRequest } from '../request/command.ts';
import type { DescribedDeployment, DescribedService } from '../service/described-service.ts';
import { familyOfRevision } from '../task-definition/raw.ts';

/**
 * Returns the deployment whose revision runs now. During a rollout, this is the newest completed deployment, because the new revision may not start and may
 * be rolled back. A service behind a Classic Load Balancer has no rollout state.
 */
const findRunningDeployment = (deployments: DescribedDeployment[]): DescribedDeployment | undefined =>
  deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED') ??
  deployments.find(
    ({ status, rolloutState, runningCount = 0 }) =>
      status === 'ACTIVE' && rolloutState === undefined && runningCount > 0,
  ) ??
  deployments.find(({ status }) => status === 'PRIMARY');

/** Whether the service is between two revisions, or its newest deployment has failed. */
const isChanging = ({ deployments = [] }: DescribedService): boolean =>
  deployments.length > 1 ||
  deployments.some(({ rolloutState }) => rolloutState !== undefined && rolloutState !== 'COMPLETED');

/** The revision on which a command runs, and warnings about it for the person. */
export interface CommandRevision {
  taskDefinition: string;
  warnings: string[];
}

/** Returns the revision that a service runs. Throws a ConfigurationError if there is none. */
export function getRunningRevision(
  service: DescribedService | 'no cluster' | 'no service',
  { cluster, service: name }: { cluster: string; service: string },
): CommandRevision {
  if (typeof service === 'string')
    throw createRefusal(
      service === 'no cluster' ? `The cluster ${cluster} does not exist.` : `The service ${name} does not exist.`,
    );
  if (service.status !== 'ACTIVE')
    throw createRefusal(`The service ${name} is ${service.status ?? 'in an unknown state'}; it must be ACTIVE.`);
  const taskDefinition = findRunningDeployment(service.deployments ?? [])?.taskDefinition ?? service.taskDefinition;
  if (taskDefinition === undefined)
    throw createRefusal(
      `The service ${name} has no task definition of its own: its deployment controller is ${service.deploymentController?.type ?? 'not known'}.`,
    );
  if (!isChanging(service)) return { taskDefinition, warnings: [] };
  const used = parseRevisionName(taskDefinition);
  const sentence = `A deployment of the service is in progress, or has failed; the command runs on ${used}. Gantry takes no lease for a command, so the deployment continues meanwhile.`;
  return { taskDefinition, warnings: [sentence] };
}

const createRefusal = (sentence: string): Failure => new Failure('ConfigurationError', sentence);

/** The facts that decide whether a command can run on a revision. `families`: names and patterns that the configuration allows. */
export interface CommandLimits {
  containers: string[];
  families: string[];
}

/** Throws a ConfigurationError if Gantry must not run tasks of the revision, or if the revision has no container of the requested name. */
export function assertCommandAllowed(
  { container }: CommandRequest,
  taskDefinition: string,
  { containers, families }: CommandLimits,
): void {
  if (!matchesAnyPattern(familyOfRevision(taskDefinition), families))
    throw createRefusal(
      `The service runs ${parseRevisionName(taskDefinition)}, and the configuration allows tasks of ${families.join(', ') || 'no family'} only. Set family of the service, or families of match, in gantry.config.ts, and deploy Gantry again.`,
    );
  if (containers.includes(container)) return;
  const known = containers.map(escapeUnprintable).join(', ');
  throw createRefusal(
    `The revision ${parseRevisionName(taskDefinition)} has no container ${container}; it has ${known}. Name one of them with --container (field container).`,
  );
}
