import type { CreateServiceCommandInput } from '@aws-sdk/client-ecs';
import { afterAll } from 'vitest';
import type { Rollout, Verdict } from '../../core/model/state-data.ts';
import { createSimulatedDate } from '../../local/simulated-date.ts';
import { sts } from '../../local/sts.ts';
import { createEcsAccount } from '../local/ecs-account.ts';
import { buildAccountId, region, testAccountId } from '../start.ts';

export const target = {
  name: 'test/web',
  roleArn: `arn:aws:iam::${testAccountId}:role/test-deployment`,
  region,
  cluster: 'test',
};
export const testExecutionArn = `arn:aws:states:${region}:${buildAccountId}:execution:gantry-deploy:one`;

const document = (...Statement: Record<string, unknown>[]) => ({ Version: '2012-10-17' as const, Statement });

/** The state data at the start of Watch Rollout. */
export interface StartedRollout {
  release: ReturnType<typeof releaseOf>;
  plan: {
    before: { taskDefinition: string; deploymentId: string };
    unchanged: boolean;
    alarms: { watched: string[]; ignored: string[] };
    warnings: string[];
  };
  rollout: Rollout;
}

const releaseOf = (service: string, imageUri: string, minutes: number) => ({
  target: { ...target, service },
  images: [{ name: 'app', imageUri, pinned: imageUri }],
  base: { from: 'service' as const },
  force: false,
  rollBackOnFailure: true,
  deadline: new Date(Date.now() + minutes * 60_000).toISOString(),
  bakeMinutes: 0,
  warnings: [],
});

/** Creates services with real rollouts, on the same clock as the functions, and the role that Gantry assumes to watch them. */
export async function createRolloutAccount() {
  const account = await createEcsAccount();
  const { as, cloud, clock, create, image, readService, revision, update } = account;
  cloud.services.set('sts', sts(cloud));
  const { credentials } = as(buildAccountId);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const RealDate = Date;
  globalThis.Date = createSimulatedDate(clock.now);
  afterAll(() => {
    globalThis.Date = RealDate;
  });
  /** Allows the role in the target account exactly these actions. */
  const may = (...Action: string[]) =>
    cloud.iam.roles.set(target.roleArn, {
      arn: target.roleArn,
      trust: document({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${buildAccountId}:root` },
        Action: 'sts:AssumeRole',
      }),
      policies: { own: document({ Sid: 'Own', Effect: 'Allow', Action, Resource: '*' }) },
    });
  may('*');

  /** Creates a steady service and updates it to an image with this behaviour (or `missing`). */
  const begin = async (
    service: string,
    behavior: Record<string, unknown> | 'missing',
    { minutes = 60, ...more }: Partial<CreateServiceCommandInput> & { minutes?: number } = {},
  ): Promise<StartedRollout> => {
    await create(service, await revision(await image()), more);
    const { deployments, taskDefinition } = await readService(service);
    const before = { taskDefinition: taskDefinition!, deploymentId: deployments![0]!.id! };
    const uri = behavior === 'missing' ? `${(await image()).split(':')[0]}:missing` : await image(behavior);
    const updated = await update(service, { taskDefinition: await revision(uri) });
    const { id, taskDefinition: ours, createdAt } = updated.deployments!.find(({ status }) => status === 'PRIMARY')!;
    return {
      release: releaseOf(service, uri, minutes),
      plan: { before, unchanged: false, alarms: { watched: [], ignored: [] }, warnings: [] },
      rollout: { deploymentId: id!, taskDefinition: ours!, startedAt: createdAt!.toISOString() },
    };
  };

  /** Returns the operations that the role has called since `since`, an index in the list of authorizations. */
  const asked = (since: number): string[] =>
    cloud.authorizations
      .slice(since)
      .filter(({ principal }) => principal.includes('test-deployment'))
      .map(({ operation }) => operation);

  return { ...account, begin, may, asked };
}

export type FailedVerdict = Extract<Verdict, { outcome: 'failed' }>;
