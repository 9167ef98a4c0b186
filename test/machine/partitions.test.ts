import { describe, expect, it } from 'vitest';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import { diagnose } from '../../cli/doctor/diagnose.ts';
import { parseConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { startReleaseSystem } from './release-system.ts';

/** The example in another Region. `real`: its accounts are not placeholders. */
const exampleIn = (region: string, partition: string, real = false) => {
  const text = JSON.stringify(example).replaceAll('eu-west-1', region).replaceAll('arn:aws:', `arn:${partition}:`);
  const renamed = text
    .replaceAll(/(\d)\1{11}/g, (_, digit: string) => `${digit}23123123123`)
    .replaceAll('00000000-', 'a0000000-');
  return parseConfig(JSON.parse(real ? renamed : text), 'gantry.config.ts');
};

interface Action {
  stageName: string;
  status: string;
}

describe.each([
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn', 'console.amazonaws.cn', 'partition'],
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn', 'console.amazonaws.cn', 'common'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com', 'console.amazonaws-us-gov.com', 'partition'],
] as const)('in %s', async (region, partition, dnsSuffix, consoleHost, viaServiceName) => {
  const system = await startReleaseSystem(exampleIn(region, partition));
  // Then Read Images decrypts the artifact with its own permission, whose condition names S3.
  const denied = { 'credentials-key': 'denied', 'via-service-name': viaServiceName } as const;
  system.cloud.answers = { ...system.cloud.answers, ...denied };
  const { pipeline } = getFirstPipeline(system.system);

  it('the pipeline releases the example to the test account', async () => {
    await system.build('codepipeline', 'StartPipelineExecution', { name: pipeline.name });
    const look = async () => {
      const asked = { pipelineName: pipeline.name };
      const found = (await system.build('codepipeline', 'ListActionExecutions', asked)) as {
        actionExecutionDetails: Action[];
      };
      return found.actionExecutionDetails.find(({ stageName }) => stageName === 'Deploy-test');
    };
    const action = await system.waitUntil(look, (found) => found !== undefined && found.status !== 'InProgress');
    expect(action?.status).toBe('Succeeded');
    const { taskDefinition } = await system.steady();
    expect(taskDefinition).toMatch(
      new RegExp(`^arn:${partition}:ecs:${region}:222222222222:task-definition/web:\\d+$`),
    );
  });

  it('a release that crashes is rolled back', async () => {
    const before = (await system.steady()).taskDefinition;
    const image = await system.push('crash', { then: 'crash', exitCode: 3 });
    expect(image).toContain(`.dkr.ecr.${region}.${dnsSuffix}/`);
    expect(await system.release(image)).toMatchObject({ status: 'FAILED' });
    expect((await system.steady()).taskDefinition).toBe(before);
  });

  it("Gantry's own calls name only resources of the partition, and none is denied", () => {
    const own = system.cloud.authorizations.filter(({ principal }) => principal.includes(':assumed-role/gantry-'));
    expect(own.length).toBeGreaterThan(50);
    expect(own.filter(({ denied }) => denied !== undefined)).toEqual([]);
    const decryptions = own.filter(
      ({ action, principal }) => action === 'kms:Decrypt' && /read-images/.test(principal),
    );
    expect(decryptions).not.toEqual([]);
    const arns = own.flatMap(({ principal, resource }) => [principal, resource]).filter((text) => text !== '*');
    expect(arns.filter((arn) => !arn.startsWith(`arn:${partition}:`))).toEqual([]);
  });

  it('declares no resource of another partition', () => {
    const text = JSON.stringify(system.system);
    const partitions = [...text.matchAll(/\barn:(aws[\w-]*):/g)].map(([, found]) => found);
    expect([...new Set(partitions)]).toEqual([partition]);
    const hosts = [...text.matchAll(/https:\/\/(?:\{Config:Region}|[\w-]+)\.(console\.[\w.-]+)/g)].map(
      ([, host]) => host,
    );
    expect(new Set(hosts)).toEqual(new Set([consoleHost]));
  });

  it('the doctor finds nothing wrong', async () => {
    const results = await diagnose(declaredFacts(exampleIn(region, partition, true), 'production', 0));
    expect(results.filter(({ state }) => state === 'NG')).toEqual([]);
    expect(results.filter(({ state }) => state === 'OK').length).toBeGreaterThan(20);
  });
});
