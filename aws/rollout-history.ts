import type { ECSClient } from '@aws-sdk/client-ecs';
import type { Release } from '../core/model/release.ts';
import type { Rollout } from '../core/model/state-data.ts';
import type { ObservedService, RolloutObservation } from '../core/rollout/observation.ts';
import { fallBackIfDenied } from './fall-back-if-denied.ts';
import { describeServiceDeployment, findServiceDeploymentArn } from './service-deployments.ts';

/** Which deployment to find in ECS's history. */
interface HistoryQuery {
  now: Date;
  release: Release;
  rollout: Rollout;
  serviceDeploymentArn?: string | undefined;
}

/** Returns the entry of our deployment in ECS's history, or the fact that the role is not allowed to read the history. */
export async function readRolloutHistory(
  client: ECSClient,
  question: HistoryQuery,
  service: ObservedService,
): Promise<Pick<RolloutObservation, 'serviceDeployment' | 'historyReadAt' | 'historyDenied'>> {
  const found = await fallBackIfDenied(findHistoryEntry(client, question, service), 'denied' as const);
  const read = { historyReadAt: question.now };
  return found === 'denied' ? { ...read, historyDenied: true } : { ...read, serviceDeployment: found };
}

/** Reads the entry of our deployment in ECS's history. Uses the entry's ARN if an earlier check has found it. */
async function findHistoryEntry(
  client: ECSClient,
  { serviceDeploymentArn, release, rollout }: HistoryQuery,
  service: ObservedService,
) {
  const find = async () =>
    service.status === 'ACTIVE' ? findServiceDeploymentArn(client, release.target, rollout) : undefined;
  const arn = serviceDeploymentArn ?? (await find());
  return arn === undefined ? undefined : describeServiceDeployment(client, arn);
}
