import type { FaultHooks, OperationRequest } from '../../local/cloud.ts';
import type { ReleaseSystem } from './release-system.ts';

export const testServiceArn = 'arn:aws:ecs:eu-west-1:222222222222:service/web-shop/web';
const from = { version: '0', id: 'an-event', source: 'aws.ecs', account: '222222222222', region: 'eu-west-1' };

/** `ECS Deployment State Change`, as ECS sends it. */
export const deploymentEvent = (eventName: string, deploymentId: string) => ({
  ...from,
  'detail-type': 'ECS Deployment State Change',
  resources: [testServiceArn],
  detail: { eventType: 'INFO', eventName: `SERVICE_DEPLOYMENT_${eventName}`, deploymentId },
});

/** An event that always requires a check: another deployer's deployment failed. */
export const foreignEvent = () => deploymentEvent('FAILED', 'ecs-svc/999');

/** A sleeping execution's item in the table. */
interface StoredSleep {
  token: { S: string };
  looked: { S: string };
}

/** Helpers for an execution that sleeps. */
export function createSleepControls({ build, cloud, clock, system, waitUntil, push, begin }: ReleaseSystem) {
  const Key = { pk: { S: 'service#222222222222/eu-west-1/web-shop/web' }, sk: { S: 'watch' } };
  const wakeName = system.functions.find(({ file }) => file === 'wake')!.name;
  let images = 0;
  const does = {
    /** Invokes the function with an event, as EventBridge does; returns how many executions it woke. */
    async wake(event: object): Promise<number> {
      const Payload = Buffer.from(JSON.stringify(event));
      const answer = await build('lambda', 'Invoke', { FunctionName: wakeName, Payload });
      const { woken } = JSON.parse(Buffer.from((answer as { Payload: Uint8Array }).Payload).toString());
      return woken;
    },
    /** Returns the token of the execution that fell asleep last. */
    async token(): Promise<string | undefined> {
      const found = await build('dynamodb', 'GetItem', { TableName: system.table.name, Key, ConsistentRead: true });
      const sleepers = Object.values((found as { Item?: Record<string, { M?: StoredSleep }> }).Item ?? {}).flatMap(
        ({ M }) => M ?? [],
      );
      return sleepers.toSorted((a, b) => (a.looked.S < b.looked.S ? 1 : -1))[0]?.token.S;
    },
    /** Begins a release whose tasks take `startSeconds` to start. */
    async begin(startSeconds: number): Promise<string> {
      const imageUri = await push(`slow-${++images}`, { startSeconds });
      return begin({ target: 'test/web', images: [{ name: 'app', imageUri }] });
    },
    async pass(seconds: number): Promise<void> {
      const then = clock.now() + seconds * 1000;
      clock.after(seconds * 1000, () => undefined);
      await clock.advanceUntil(() => clock.now() >= then);
    },
    /** Lets time pass until an execution falls asleep, and then `seconds` more; returns its token. */
    async asleep(seconds = 0): Promise<string> {
      const last = await does.token();
      const token = await waitUntil(does.token, (found) => found !== undefined && found !== last);
      await does.pass(seconds);
      return token!;
    },
    /** Counts these calls over the next `seconds`. Meanwhile no event of ECS is delivered. */
    async counted(isOne: (asked: OperationRequest) => boolean, seconds: number): Promise<number> {
      let count = 0;
      does.faults(async (asked) => {
        if (isOne(asked)) count += 1;
      });
      await does.pass(seconds);
      return count;
    },
    /** From now on drops every event of ECS, and runs `before` before each call. */
    faults(before: (asked: OperationRequest) => Promise<void> = async () => undefined, deaf = true): void {
      const faults: FaultHooks = {
        call: async (asked, go) => before(asked).then(go),
        event: (event, go) => (deaf && event.source === 'aws.ecs' ? undefined : go()),
        run: (_ran, go) => go(),
      };
      cloud.faultHooks = faults;
    },
  };
  return does;
}

export const isTokenWrite = ({ service, operation, input }: OperationRequest): boolean =>
  service === 'dynamodb' && operation === 'UpdateItem' && JSON.stringify(input).includes('SET #sleeper');

/** Whether the request is a check by Watch Rollout. */
export const isRolloutCheck = ({ operation, as }: OperationRequest): boolean =>
  operation === 'DescribeServices' && as.caller.arn.includes('test-deployment');
