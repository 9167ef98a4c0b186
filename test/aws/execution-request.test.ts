import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { tryParseDeployRequest } from '../../core/request/execution-input.ts';
import config from '../../infra/config.ts';
import { createJobOffers } from '../functions/job-offers.ts';
import { buildAccountId } from '../start.ts';

const environment = await createJobOffers();
const { readExecutionRequest } = await import('../../aws/execution-request.ts');
environment.aws.may('states:GetExecutionHistory');

const properties = {
  ClusterName: 'web-shop',
  ServiceName: 'web',
  RoleArn: 'arn:aws:iam::222222222222:role/test-deployment',
  Region: 'eu-west-1',
  RollBackOnFailure: 'false',
};
const artifact = { name: 'Build', bucket: 'artifacts', key: 'built' };
const confirmed = { job: { id: 'job-1', configuration: properties, artifact } };

/** Runs an execution whose states have this data. Returns the service of the execution, and whether the execution rolls back. */
async function readRequest(name: string, input: object, data: object) {
  await environment.use({ Type: 'Pass', Result: data });
  const machine = new SFNClient(environment.aws.as(buildAccountId));
  const start = { stateMachineArn: process.env.STATE_MACHINE_ARN, name, input: JSON.stringify(input) };
  const { executionArn = '' } = await machine.send(new StartExecutionCommand(start));
  await environment.untilSucceeded(name);
  const request = await readExecutionRequest(executionArn, JSON.stringify(input));
  const parsed = tryParseDeployRequest(request, config, 'production');
  return parsed && [parsed.target.name, parsed.rollBackOnFailure];
}

const claims = { ...properties, RoleArn: 'arn:aws:iam::333333333333:role/prod-deployment', RollBackOnFailure: 'true' };

it.each<[what: string, input: object, data: object, found: unknown[] | undefined]>([
  ['a job', { job: { id: 'job-1', nonce: '1' } }, confirmed, ['test/web', false]],
  ['a job of an earlier release', { job: { ...confirmed.job, nonce: '1' } }, confirmed, ['test/web', false]],
  [
    'a job whose input claims another target',
    { job: { id: 'job-1', configuration: claims } },
    confirmed,
    ['test/web', false],
  ],
  ['a job that no state has confirmed', { job: { id: 'job-1', nonce: '1' } }, { error: {} }, undefined],
  ['a person', { target: 'test/web' }, confirmed, ['test/web', true]],
])('an execution that was started for %s', async (what, input, data, found) => {
  expect(await readRequest(what.replaceAll(' ', '-'), input, data)).toEqual(found);
});
