import type { Server } from 'node:http';
import { afterAll, expect } from 'vitest';
import { createJumpingClock, type JumpingClock } from '../local/clock.ts';
import type { AwsService, Cloud } from '../local/cloud.ts';
import { createCloud } from '../local/create-cloud.ts';
import { serve } from '../local/server.ts';
import { watchApiModel } from './api-model.ts';

export const buildAccountId = '111111111111';
export const testAccountId = '222222222222';
export const region = 'eu-west-1';

export interface StartedCloud {
  cloud: Cloud;
  clock: JumpingClock;
  server: Server;
  /** The settings of an SDK client that calls as an administrator of the account, or as the caller with this ARN. */
  as(account: string, arn?: string): ClientConfiguration;
  /**
   * The differences between the answers and the model of the API. If there is a difference, the test file fails. A test file that replaces services clears the
   * set.
   */
  modelDifferences: Set<string>;
}

export interface ClientConfiguration {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  maxAttempts: number;
}

/** Starts a cloud with only these services on a free port. It is closed when the file's tests have ended. */
export async function startCloud(...services: ((cloud: Cloud) => AwsService)[]): Promise<StartedCloud> {
  const clock = createJumpingClock();
  const cloud = createCloud(clock);
  for (const make of services) {
    const service = make(cloud);
    cloud.services.set(service.name, service);
  }
  const modelDifferences = watchApiModel(cloud);
  const server = await serve(cloud);
  afterAll(() => {
    server.close();
    expect([...modelDifferences], 'answers of the embedded AWS that do not fit the model of the API').toEqual([]);
  });
  return {
    cloud,
    clock,
    server,
    modelDifferences,
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
