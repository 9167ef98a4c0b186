import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createTargetEcsClient } from '../aws/ecs.ts';
import { describeTaskDefinition, registerTaskDefinition } from '../aws/ecs-task-definitions.ts';
import { extractFile } from '../core/artifact/zip.ts';
import { Failure } from '../core/errors/failure.ts';
import { detectFailure } from '../core/events/failure-signal.ts';
import { parseImageDefinitions } from '../core/image/definitions.ts';
import { parseDeadExecution } from '../core/reporting/dead-execution.ts';
import { parseTakeJobEvent } from '../core/request/take-job-event.ts';
import { parseTaskDefinitionFile } from '../core/task-definition/file.ts';
import { setImages } from '../core/task-definition/images.ts';
import { listPassedRoles } from '../core/task-definition/passed-roles.ts';
import { type DescribedTaskDefinition, toRegistrableDefinition } from '../core/task-definition/raw.ts';
import { createRevisionTags } from '../core/task-definition/tags.ts';
import config from '../infra/config.ts';
import { createTargetAccount, executionArn, target } from './functions/target-account.ts';

/**
 * Documents that other people published are not part of the repository, because they belong to their authors. The test reads them from a folder beside the
 * repository.
 */
const samples = join(import.meta.dirname, '..', '..', 'shared', 'samples');
const files = (pattern: string): string[] => globSync(pattern, { cwd: samples }).sort();
const here = existsSync(samples);
if (!here) console.log('The published samples are not beside this repository: the conformance tests are skipped.');

const isJson = (text: string): boolean => {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
};

const bytes = (file: string): Uint8Array => readFileSync(join(samples, file));
const pinned = `111111111111.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:${'a'.repeat(64)}`;

/** Published documents contain placeholders for roles: `<role>`, `{{role}}`, `arn:aws:iam::XXXXXXXXXXXX:role/…`. ECS accepts none of these placeholders. */
const withRoles = ({ taskDefinition, tags }: DescribedTaskDefinition): DescribedTaskDefinition => {
  const roles = ['taskRoleArn', 'executionRoleArn'].filter((field) => taskDefinition[field]);
  const real = roles.map((field) => [field, 'arn:aws:iam::222222222222:role/app']);
  return { taskDefinition: { ...taskDefinition, ...Object.fromEntries(real) }, tags };
};

describe.skipIf(!here)('a published task definition', async () => {
  const account = here ? await createTargetAccount() : undefined;

  it.each([...files('taskdefs/*.json'), ...files('ecs-api/*{described-task,__td}*.json')])(
    '%s is copied completely or refused with a message',
    async (file) => {
      const text = bytes(file).toString();
      if (!isJson(text)) {
        expect(() => parseTaskDefinitionFile(bytes(file), basename(file))).toThrow(Failure);
        return;
      }
      const { taskDefinition, tags } = withRoles(parseTaskDefinitionFile(bytes(file), basename(file)));
      const client = await createTargetEcsClient(
        target,
        {
          execution: executionArn('conformance'),
          access: 'register revision',
          family: taskDefinition.family,
          roles: listPassedRoles(taskDefinition),
        },
        new Date(account!.cloud.clock.now()),
      );
      const registering = registerTaskDefinition(client, toRegistrableDefinition(taskDefinition), tags);
      const names = taskDefinition.containerDefinitions.map(({ name }) => name);
      if (new Set(names).size < names.length) return expect(registering).rejects.toThrow('duplicate container names');
      const arn = await registering;
      const first = await describeTaskDefinition(client, arn);
      const [container] = first!.taskDefinition.containerDefinitions;
      const images = [{ name: container!.name, imageUri: pinned, pinned }];
      const provenance = { execution: 'conformance', images, replaces: arn };
      const next = setImages(toRegistrableDefinition(first!.taskDefinition), images);
      const copy = await describeTaskDefinition(
        client,
        await registerTaskDefinition(client, next, createRevisionTags(first!.tags, provenance)),
      );
      const expected = toRegistrableDefinition(first!.taskDefinition);
      expected.containerDefinitions = expected.containerDefinitions.map((one) =>
        one.name === container!.name ? { ...one, image: pinned } : one,
      );
      expect(toRegistrableDefinition(copy!.taskDefinition)).toEqual(expected);
      expect(copy!.tags).toEqual(expect.arrayContaining(first!.tags));
    },
  );
});

describe.skipIf(!here)('a published event', () => {
  /** A handler accepts an event, or rejects the event with one of Gantry's codes. It never throws another error. */
  const taken = (door: (event: unknown) => unknown, event: unknown): boolean => {
    try {
      return door(event) !== undefined;
    } catch (error) {
      expect(error instanceof Failure || error instanceof z.ZodError).toBe(true);
      return false;
    }
  };

  it.each(files('events/*.json'))('%s is accepted only by the handler for its kind', (file) => {
    const event = JSON.parse(bytes(file).toString());
    const type: string | undefined = event['detail-type'];
    const wakes = type === 'CodePipeline Action Execution State Change' || 'CodePipeline.job' in event;
    expect(taken(parseTakeJobEvent, event)).toBe(wakes);
    const died = ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(event.detail?.status);
    expect(taken(parseDeadExecution, event)).toBe(type === 'Step Functions Execution Status Change' && died);
    // The accounts of the published events are not targets of this configuration.
    expect(detectFailure(event, config, 'production')?.targets ?? []).toEqual([]);
  });

  it.each(files('events/*.invalid.txt'))('%s, which is not JSON, wakes no execution', (file) => {
    expect(taken(parseTakeJobEvent, bytes(file).toString())).toBe(false);
  });
});

describe.skipIf(!here)('a published artifact', () => {
  it.each(files('zips/*.zip'))('%s contains its images', async (file) => {
    const images = parseImageDefinitions(await extractFile(bytes(file), 'imagedefinitions.json'));
    expect(images.length).toBeGreaterThan(0);
  });
});
