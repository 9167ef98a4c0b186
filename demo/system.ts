import { AwsError } from '../local/aws-error.ts';
import type { JumpingClock } from '../local/clock.ts';
import { type Administrator, actAsAdministrator } from '../local/run/accounts.ts';
import { getPlayedPipeline } from '../local/run/first-pipeline.ts';
import type { RunningSystem } from '../local/run/start.ts';
import type { TargetService } from '../local/run/target-services.ts';
import { describeBusEvent } from './bus-event-line.ts';
import { type CloudReader, createCloudReader } from './cloud-reader.ts';
import { isDeployAction } from './deploy-action.ts';
import type { ProgressLine } from './progress-line.ts';
import { createTrafficReporter } from './traffic.ts';

/** The installed system, its targets, and how to let time pass. */
export interface DemoSystem {
  running: RunningSystem;
  reader: CloudReader;
  targets: TargetService[];
  /** Advances the clock until a pipeline execution has ended. Answers the execution's approvals, and returns the stage whose approval was rejected. */
  untilEnded(pipelineExecutionId: string): Promise<string | undefined>;
  /** Advances the clock until every service is steady. */
  untilSteady(): Promise<void>;
}

/** The output of the demo: a function that gets the printed lines, and a function that answers the approvals. */
export interface Audience {
  show(line: ProgressLine): void;
  approve(question: string): Promise<boolean>;
}

/** Returns the services that the played pipeline deploys to, in its order. */
export const listDeployedServices = (running: RunningSystem): TargetService[] =>
  getPlayedPipeline(running).pipeline.stages.flatMap(({ name: stageName, actions }) =>
    actions.flatMap(({ name: actionName }) =>
      running.services.filter((one) => isDeployAction(one, { stageName, actionName })),
    ),
  );

/**
 * Creates the demo's system. It shows events of the bus and every task state that an execution enters. With `showsTraffic`, it also shows each shift of
 * traffic.
 */
export function createDemoSystem(
  running: RunningSystem,
  clock: JumpingClock,
  audience: Audience,
  showsTraffic = false,
): DemoSystem {
  const { cloud, system } = running;
  const targets = listDeployedServices(running);
  const reader = createCloudReader(running);
  const entered = new Map<string, number>();
  const showTraffic = showsTraffic ? createTrafficReporter(running, targets, audience.show) : async () => undefined;
  cloud.eventListeners.push((event) => {
    const line = describeBusEvent(event);
    if (line !== undefined) audience.show(line);
  });

  const showStates = async (): Promise<void> => {
    for (const arn of await reader.executions()) {
      const { tasks } = await reader.execution(arn);
      for (const what of tasks.slice(entered.get(arn) ?? 0)) audience.show({ who: 'gantry', what, colour: 'yellow' });
      entered.set(arn, tasks.length);
    }
  };
  const advanceUntil = (isOver: () => Promise<boolean>): Promise<void> =>
    clock.advanceUntil(async () => {
      await showStates();
      await showTraffic();
      return isOver();
    });

  return {
    running,
    reader,
    targets,
    async untilEnded(id) {
      let rejected: string | undefined;
      for (;;) {
        let approval: PendingApproval | undefined;
        await advanceUntil(async () => {
          approval = await findPendingApproval(reader);
          return approval !== undefined || !isInProgress(await reader.pipeline(id));
        });
        if (approval === undefined) return rejected;
        const approved = await answerApproval(
          actAsAdministrator(cloud, system.account, system.region),
          { ...approval, pipelineName: getPlayedPipeline(running).pipeline.name },
          audience,
        );
        if (!approved) rejected = approval.stageName;
      }
    },
    untilSteady: () =>
      advanceUntil(async () => {
        const all = await Promise.all(targets.map(({ target, service }) => reader.service(target, service)));
        return all.every(({ steady }) => steady);
      }),
  };
}

const isInProgress = ({ status }: { status: string }): boolean => ['InProgress', 'Stopping'].includes(status);

/** An approval action that waits for an answer. */
interface PendingApproval {
  stageName: string;
  actionName: string;
  token: string;
}

async function findPendingApproval(reader: CloudReader): Promise<PendingApproval | undefined> {
  const actions = (await reader.stages()).flatMap(({ stageName, actionStates }) =>
    actionStates.map(({ actionName, latestExecution }) => ({ stageName, actionName, latest: latestExecution })),
  );
  const open = actions.find(({ latest }) => latest?.status === 'InProgress' && latest.token !== undefined);
  return open && { stageName: open.stageName, actionName: open.actionName, token: open.latest?.token ?? '' };
}

async function answerApproval(
  admin: Administrator,
  approval: PendingApproval & { pipelineName: string },
  audience: Audience,
): Promise<boolean> {
  const yes = await audience.approve(`${approval.stageName} waits for an approval. Promote the same digest?`);
  const result = { summary: yes ? 'It is stable in test.' : 'Not now.', status: yes ? 'Approved' : 'Rejected' };
  const isOurs = await admin('codepipeline', 'PutApprovalResult', { ...approval, result }).then(() => true, isAnswered);
  return isOurs ? yes : true;
}

/**
 * Somebody can approve on the delivery board while the demo asks. Returns false for the resulting error, because that approval counts. Throws every other
 * error.
 */
function isAnswered(error: unknown): false {
  if (error instanceof AwsError && error.name === 'ApprovalAlreadyCompletedException') return false;
  throw error;
}
