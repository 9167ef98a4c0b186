import type { Server } from 'node:http';
import { afterAll } from 'vitest';
import { createJumpingClock, type JumpingClock } from '../local/clock.ts';
import type { AwsService, Cloud } from '../local/cloud.ts';
import { createCloud } from '../local/create-cloud.ts';
import { serve } from '../local/server.ts';

export const buildAccountId = '111111111111';
export const testAccountId = '222222222222';
export const region = 'eu-west-1';

export interface StartedCloud {
  cloud: Cloud;
  clock: JumpingClock;
  server: Server;
  /** What an SDK client is made with to call as an administrator of the account (or as any caller's ARN in it). */
  as(account: string, arn?: string): ClientConfiguration;
}

export interface ClientConfiguration {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  maxAttempts: number;
}

/** A cloud with just these services, on a free port, closed when the file's tests are over. */
export async function startCloud(...services: ((cloud: Cloud) => AwsService)[]): Promise<StartedCloud> {
  const clock = createJumpingClock();
  const cloud = createCloud(clock);
  for (const make of services) {
    const service = make(cloud);
    cloud.services.set(service.name, service);
  }
  const server = await serve(cloud);
  afterAll(() => void server.close());
  return {
    cloud,
    clock,
    server,
    as(account, arn = `arn:aws:iam::${account}:user/admin`) {
      cloud.iam.users.set(arn, { arn, policies: { admin: everything } });
      return { endpoint: cloud.url, region, credentials: cloud.iam.issueCredentials({ account, arn }), maxAttempts: 1 };
    },
  };
}

const everything = {
  Version: '2012-10-17' as const,
  Statement: [{ Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' }],
};
