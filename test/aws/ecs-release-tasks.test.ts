import { beforeEach, describe, expect, it } from 'vitest';
import { findTaskStartedBy } from '../../aws/ecs-release-tasks.ts';
import { createEcsClient } from './endpoint.ts';

/** A cluster with many tasks of the service's family, and one task that an execution of Gantry started. */
interface Cluster {
  running: number;
  stopped: number;
  own: 'runs' | 'has stopped' | 'was never started';
}

interface ListInput {
  startedBy?: string;
  family?: string;
  serviceName?: string;
  desiredStatus?: string;
  nextToken?: string;
}

const ownTask = 'arn:task/own';
const startedBy = 'gantry/migrate/0123456789abcdef0123456789abcdef';
let cluster: Cluster;
let calls: string[] = [];

/** The execution's own task is the last one that ECS lists. */
function listArns({ startedBy: wanted, desiredStatus = 'RUNNING' }: ListInput): string[] {
  const isOwnListed = cluster.own === (desiredStatus === 'RUNNING' ? 'runs' : 'has stopped');
  const own = isOwnListed ? [ownTask] : [];
  if (wanted !== undefined) return wanted === startedBy ? own : [];
  const others = desiredStatus === 'RUNNING' ? cluster.running : cluster.stopped;
  return [...Array.from({ length: others }, (_, at) => `arn:task/${at}`), ...own];
}

function list(input: ListInput) {
  if (input.startedBy !== undefined && (input.family ?? input.serviceName ?? input.desiredStatus) !== undefined)
    throw new Error('startedBy "must be the only filter that you use" (botocore ecs ListTasks)');
  const [arns, from] = [listArns(input), Number(input.nextToken ?? 0)];
  const more = from + 100 < arns.length ? { nextToken: String(from + 100) } : {};
  return { taskArns: arns.slice(from, from + 100), ...more };
}

const describeTasks = ({ tasks }: { tasks: string[] }) => ({
  tasks: tasks.map((taskArn) => ({ taskArn, startedBy: taskArn === ownTask ? startedBy : 'ecs-svc/1' })),
});

const client = await createEcsClient(({ target, body }) => {
  calls.push(target.split('.')[1] ?? '');
  const input = JSON.parse(body);
  return { body: JSON.stringify(target.endsWith('.ListTasks') ? list(input) : describeTasks(input)) };
});

beforeEach(() => {
  calls = [];
});

describe('the task that an earlier try started', () => {
  it.each<[string, Cluster, string | undefined, number]>([
    ['runs in an empty cluster', { running: 0, stopped: 0, own: 'runs' }, ownTask, 2],
    ['runs among 5,000 tasks of its family', { running: 5000, stopped: 0, own: 'runs' }, ownTask, 2],
    ['runs, and 5,000 tasks of its family have stopped', { running: 0, stopped: 5000, own: 'runs' }, ownTask, 2],
    ['has stopped, and 5,000 of its family run', { running: 5000, stopped: 0, own: 'has stopped' }, ownTask, 3],
    ['has stopped, as 1,900 of its family', { running: 0, stopped: 1900, own: 'has stopped' }, ownTask, 41],
    // In that case, RunTask's client token finds the task (local/ecs/client-tokens.ts).
    ['has stopped, as 5,000 of its family', { running: 0, stopped: 5000, own: 'has stopped' }, undefined, 41],
    ['was never started', { running: 5000, stopped: 90, own: 'was never started' }, undefined, 3],
  ])('is found with few calls: it %s', async (_, given, found, most) => {
    cluster = given;
    const target = { roleArn: '', region: 'eu-west-1', cluster: 'main', service: 'web' };
    expect(await findTaskStartedBy(client, target, { family: 'web', startedBy })).toBe(found);
    expect(calls.length).toBeLessThanOrEqual(most);
  });
});
