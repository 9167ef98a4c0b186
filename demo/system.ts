import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import type { JumpingClock } from '../local/clock.ts';
import { type Administrator, actAsAdministrator } from '../local/run/accounts.ts';
import type { RunningSystem } from '../local/run/start.ts';
import { type CloudReader, createCloudReader } from './cloud-reader.ts';
import { describeBusEvent, type ProgressLine } from './progress.ts';

/** Where the story plays: the installed system, its targets, and what passes on it. */
export interface DemoSystem {
  running: RunningSystem;
  looks: CloudReader;
  targets: { target: TargetConfig; service: ServiceConfig }[];
  /** Lets time pass until a pipeline execution is over; asks before a target that wants an approval. */
  untilEnded(pipelineExecutionId: string): Promise<void>;
  /** Lets time pass until every service is steady. */
  untilSteady(): Promise<void>;
}

export interface Audience {
  show(line: ProgressLine): void;
  approve(question: string): Promise<boolean>;
}

/** Raises the curtain: shows every event of the bus and every state that an execution enters. */
export function createDemoSystem(running: RunningSystem, clock: JumpingClock, audience: Audience): DemoSystem {
  const { cloud, system, config } = running;
  const look = createCloudReader(running);
  const targets = config.targets.flatMap((target) => target.services.map((service) => ({ target, service })));
  const entered = new Map<string, number>();
  cloud.eventListeners.push((event) => {
    const line = describeBusEvent(event);
    if (line !== undefined) audience.show(line);
  });

  const showStates = async (): Promise<void> => {
    for (const arn of await look.executions()) {
      const { tasks } = await look.execution(arn);
      for (const what of tasks.slice(entered.get(arn) ?? 0)) audience.show({ who: 'gantry', what, colour: 'yellow' });
      entered.set(arn, tasks.length);
    }
  };
  const passTime = (over: () => Promise<boolean>): Promise<void> =>
    clock.advanceUntil(async () => {
      await showStates();
      return over();
    });

  return {
    running,
    looks: look,
    targets,
    async untilEnded(id) {
      for (;;) {
        let gate: PendingApproval | undefined;
        await passTime(async () => {
          gate = await findPendingApproval(look);
          return gate !== undefined || !isInProgress(await look.pipeline(id));
        });
        if (gate === undefined) return;
        await answerApproval(
          actAsAdministrator(cloud, system.account, system.region),
          { ...gate, pipelineName: system.pipeline.name },
          audience,
        );
      }
    },
    untilSteady: () =>
      passTime(async () => {
        const all = await Promise.all(targets.map(({ target, service }) => look.service(target, service)));
        return all.every(({ steady }) => steady);
      }),
  };
}

const isInProgress = ({ status }: { status: string }): boolean => ['InProgress', 'Stopping'].includes(status);

/** An approval that waits for a person. */
interface PendingApproval {
  stageName: string;
  actionName: string;
  token: string;
}

async function findPendingApproval(look: CloudReader): Promise<PendingApproval | undefined> {
  const actions = (await look.stages()).flatMap(({ stageName, actionStates }) =>
    actionStates.map(({ actionName, latestExecution }) => ({ stageName, actionName, latest: latestExecution })),
  );
  const open = actions.find(({ latest }) => latest?.status === 'InProgress' && latest.token !== undefined);
  return open && { stageName: open.stageName, actionName: open.actionName, token: open.latest?.token ?? '' };
}

async function answerApproval(
  admin: Administrator,
  gate: PendingApproval & { pipelineName: string },
  audience: Audience,
): Promise<void> {
  const yes = await audience.approve(`${gate.stageName} waits for an approval. Promote the same digest?`);
  const result = { summary: yes ? 'It is stable in test.' : 'Not now.', status: yes ? 'Approved' : 'Rejected' };
  await admin('codepipeline', 'PutApprovalResult', { ...gate, result });
}
