import { describe, expect, it } from 'vitest';
import { listStoppedTasks } from '../../aws/ecs-tasks.ts';
import { createEcsClient } from './endpoint.ts';

/** An endpoint with many stopped tasks. The first tasks belong to an older deployment. ListTasks returns 100 at a time, and AWS promises no order. */
const stopped = { theirs: 0, ours: 0 };
let asked = 0;

interface Page {
  nextToken?: string;
  tasks?: string[];
}

const list = ({ nextToken = '0' }: Page) => {
  const [from, all] = [Number(nextToken), stopped.theirs + stopped.ours];
  const taskArns = Array.from({ length: Math.min(100, all - from) }, (_, at) => `arn:task/${from + at}`);
  return from + 100 < all ? { taskArns, nextToken: String(from + 100) } : { taskArns };
};

const describeTasks = ({ tasks = [] }: Page) => ({
  tasks: tasks.map((taskArn) => {
    const isTheirs = Number(taskArn.split('/')[1]) < stopped.theirs;
    return { taskArn, lastStatus: 'STOPPED', startedBy: isTheirs ? 'ecs-svc/1' : 'ecs-svc/2' };
  }),
});

const client = await createEcsClient(({ target, body }) => {
  asked += 1;
  const input = JSON.parse(body);
  return { body: JSON.stringify(target.endsWith('.ListTasks') ? list(input) : describeTasks(input)) };
});
const target = { roleArn: '', region: 'eu-west-1', cluster: 'main', service: 'web' };

describe('the stopped tasks of our deployment', () => {
  it.each([
    ['also behind many tasks that were replaced', 400, 200, 200, 12],
    ['as many as a crash loop needs', 0, 900, 300, 6],
    ['behind as many old tasks as a service can have', 5000, 10, 10, 102],
    ['none if nothing stopped', 0, 0, 0, 1],
  ])('are found: %s', async (_, theirs, ours, found, calls) => {
    Object.assign(stopped, { theirs, ours });
    asked = 0;
    expect((await listStoppedTasks(client, target, { deploymentId: 'ecs-svc/2' })).tasks).toHaveLength(found);
    expect(asked).toBe(calls);
  });

  it.each([
    ['all were read', 400, 200, true],
    ['as many as the caller needs were read', 0, 900, false],
    ['more old tasks are listed than Gantry reads', 6000, 10, false],
  ])('say whether there are more: %s', async (_, theirs, ours, complete) => {
    Object.assign(stopped, { theirs, ours });
    expect((await listStoppedTasks(client, target, { deploymentId: 'ecs-svc/2' })).complete).toBe(complete);
  });

  it('are found at the next check if it is behind more old tasks than one check reads', async () => {
    const query = { deploymentId: 'ecs-svc/2', known: new Set<string>() };
    Object.assign(stopped, { theirs: 9000, ours: 10 });
    expect(await listStoppedTasks(client, target, query)).toEqual({ tasks: [], complete: false });
    const { tasks, complete } = await listStoppedTasks(client, target, query);
    expect(tasks).toHaveLength(10);
    expect(complete).toBe(true);
  });

  it.each([
    ['200 tasks', 200, 401, 500, 14],
    ['1,000 tasks', 1000, 2001, 2100, 62],
  ])(
    'are as many as the caller asks for, behind those of the old deployment: %s',
    async (_, theirs, enough, found, calls) => {
      Object.assign(stopped, { theirs, ours: 9000 });
      asked = 0;
      expect((await listStoppedTasks(client, target, { deploymentId: 'ecs-svc/2', enough })).tasks).toHaveLength(found);
      expect(asked).toBe(calls);
    },
  );

  it('are described once, like those of other deployments, and new ones are found later', async () => {
    const known = new Set<string>();
    const read = async () => (await listStoppedTasks(client, target, { deploymentId: 'ecs-svc/2', known })).tasks;
    Object.assign(stopped, { theirs: 150, ours: 30 });
    expect(await read()).toHaveLength(30);
    asked = 0;
    expect(await read()).toEqual([]);
    // Two pages of ListTasks.
    expect(asked).toBe(2);
    stopped.ours += 5;
    expect(await read()).toHaveLength(5);
  });
});
