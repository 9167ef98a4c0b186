import { isDeepStrictEqual } from 'node:util';
import type { Fault } from '../../local/faults/fault.ts';
import { services } from './config.ts';
import { checkEach } from './counts.ts';
import { functionOf, isOf, listReleaseUpdates } from './effects.ts';
import { knownGood } from './known-good-invariant.ts';
import { endsAreAnnounced, entriesClose, executionsAreRecorded } from './ledger-invariants.ts';
import { withoutOutputFields } from './other-actors.ts';
import { deploymentLabel } from './plan.ts';
import type { PlanRun } from './plan-run.ts';
import { foreignStays, healthyStays, unasked } from './rollback-invariants.ts';
import { schedulesFollow } from './schedule-invariants.ts';
import { findLeakedSecrets } from './secrets.ts';
import { type ChaosTaskDefinition, type RecordedCall, readChaosHistory } from './setup.ts';
import {
  digestsStay,
  ecsDecides,
  jobsWaitForPersons,
  partialTrafficProvesNothing,
  pausedIsNotLate,
  pausedStays,
  restoredHadWorked,
  successesAreTrue,
} from './shift-invariants.ts';
import { taskCounts } from './task-counts.ts';
import {
  migrationsComeFirst,
  migrationsEnd,
  migrationsHaveLease,
  noTaskInRollback,
  tasksRunOnce,
} from './task-invariants.ts';
import { hasUnseenDeployment, hasUnseenReleaseWithoutLease, hasUnseenRollback, serviceOf } from './unseen.ts';

type Invariant = (run: PlanRun) => string[] | Promise<string[]>;

/** Returns the deployment that an effect belongs to; undefined for a rollback. */
const deploymentOf = ({ executions }: PlanRun, { by }: RecordedCall): number | undefined =>
  [...executions].find(([, arns]) => arns.some((arn) => by?.payload.includes(arn)))?.[0];

/** Returns the execution that a job's result names. A report about a dead execution names the dead execution. */
const reportedExecution = ({ executionDetails, failureDetails }: RecordedCall['input']): string =>
  (executionDetails ?? failureDetails).externalExecutionId;

const isResult = ({ operation }: RecordedCall): boolean => /^PutJob(Success|Failure)Result$/.test(operation);

/** 1. Everything ends. Each job has one result, in time. Only a release that runs is reported as a success. */
const jobs: Invariant = (run) => {
  const { plan, effects, executions, others, hung } = run;
  if (hung !== undefined) return [`not everything ended: ${hung}`];
  const results = effects.filter(isResult);
  const indexes = [...plan.deployments.entries()]
    .filter(([index, { by }]) => by === 'job' && !others.abandoned.has(index) && executions.has(index))
    .map(([index]) => index);
  return checkEach(run, 'jobs with one result in time', indexes, (index) => {
    const put = results.filter(({ input }) => executions.get(index)?.includes(reportedExecution(input)));
    // If CodePipeline accepts a result after the first one, it ignores that result.
    const ignoresLate = plan.answers?.some(({ id, answer }) => id === 'late-result' && answer === 'accepted');
    const own = ignoresLate ? put.slice(0, 1) : put;
    if (own.length !== 1) return `${deploymentLabel(index)} has ${own.length} results: ${own.map(functionOf)}`;
    const startedAt = effects.find(
      (each) => isOf(each, 'StartExecution') && executions.get(index)?.includes(each.answer.executionArn),
    )!.at;
    const deadline = calculateDeadline(run, index, startedAt, own[0]!.at);
    // An execution that was stopped after its deadline may take one minute from then on.
    const late = own[0]!.at - (Math.max(deadline, others.stopped.get(index) ?? 0) + 60_000 + allowance(run));
    return late > 0 ? `${deploymentLabel(index)} got its result ${late / 1000} s too late` : undefined;
  });
};

/** The longest time after a pause until a check finds that the pause is over, in ms. In these runs, a pause is checked at least this often. */
const pauseCheckMs = 5 * 60_000;

/** After a release has waited for a person, its whole time limit begins again. All times in ms. */
function calculateDeadline({ plan, stage }: PlanRun, index: number, startedAt: number, reportedAt: number): number {
  const { service, timeoutMinutes } = plan.deployments[index]!;
  const pauses = readChaosHistory(stage, service).flatMap(({ shift, finishedAt, rollbackStartedAt }) =>
    (shift?.hooks ?? [])
      .filter((hook) => hook.type === 'PAUSE' && hook.startedAt.getTime() < reportedAt)
      .map((hook) => hook.finishedAt ?? rollbackStartedAt ?? finishedAt),
  );
  const ends = pauses.map((end) => Math.min(reportedAt, (end?.getTime() ?? reportedAt) + pauseCheckMs));
  return Math.max(startedAt, ...ends.filter((end) => end > startedAt)) + timeoutMinutes * 60_000;
}

/** The delay that AWS itself causes, in ms: outages, late answers, late events. A lost event costs up to a minute, until the next sweep. */
const allowance = ({ plan }: PlanRun): number =>
  plan.faults.reduce((sum, fault) => sum + lostSeconds(fault) * 1000, 0) + (plan.tasks === undefined ? 0 : taskMs);

/** The time that the two tasks add, in ms. Each task is stopped after three minutes, and its checks take additional time. */
const taskMs = 2 * 5 * 60_000;

function lostSeconds(fault: Fault): number {
  const seconds = 'seconds' in fault ? (fault.seconds ?? 90) : 0;
  return fault.to !== 'call' && (fault.what === 'never' || fault.what === 'dies')
    ? Math.max(seconds, 60 * fault.times)
    : seconds;
}

/** Returns the times in ms when deployments of this image in this container became stable. */
function stableAt({ stage, plan, images, definitions }: PlanRun, index: number): number[] {
  const { service, container, image } = plan.deployments[index]!;
  return readChaosHistory(stage, service).flatMap(({ status, taskDefinition, finishedAt }) => {
    const has = definitions
      .get(taskDefinition)
      ?.containerDefinitions.some((each) => each.name === container && each.image === images[image].pinned);
    return status === 'SUCCESSFUL' && has ? [Number(finishedAt)] : [];
  });
}

const success: Invariant = (run) => {
  const successes = run.effects.filter((effect) => isOf(effect, 'PutJobSuccessResult'));
  return checkEach(run, 'jobs that succeed', successes, (effect) => {
    const index = deploymentOf(run, effect);
    if (index === undefined || stableAt(run, index).some((at) => at <= effect.at)) return undefined;
    return `${deploymentLabel(index)} was reported as a success but was not stable`;
  });
};

/** The answers to hooks after which ECS does not roll back. */
const goodAnswers = ['succeed', 'soon', 'twice', 'late'];

/**
 * Whether ECS itself, or a person, can have rolled back the last deployment of somebody else: the deployment does not work, an alarm went off, or a hook
 * failed.
 */
const mayEcsRevert = ({ plan, others }: PlanRun, index: number): boolean =>
  plan.services[index]?.shift?.hooks.some(({ answer }) => !goodAnswers.includes(answer)) === true ||
  others.broken.has(others.foreign.get(index)?.at(-1) ?? '') ||
  others.askedAt.has(index) ||
  (others.alarmedAt.has(index) && (plan.services[index]?.alarm ?? 'none') !== 'none');

/** 2. The service ends on a revision of Gantry, on the one before, or on a newer one of somebody else. */
const endings: Invariant = (run) =>
  run.after.flatMap((service, index) => {
    const { before, others, effects, startedAt } = run;
    const { target } = services[index]!;
    const foreign = others.foreign.get(index) ?? [];
    const updates = effects.filter((each) => isOf(each, 'UpdateService') && serviceOf(each) === index);
    const ours = updates.map(({ input }) => input.taskDefinition as string);
    const known = [before[index]!.taskDefinition, ...foreign, ...ours];
    const problems = known.includes(service.taskDefinition) ? [] : [`${target} ends on ${service.taskDefinition}`];
    const foreignAt = others.foreignAt.get(index)?.at(-1) ?? startedAt - 1;
    const touched = updates.some(({ at }) => at >= foreignAt);
    if (foreign.length > 0 && !touched && !mayEcsRevert(run, index) && service.taskDefinition !== foreign.at(-1))
      problems.push(`${target}: the deployment of somebody else was reverted to ${service.taskDefinition}`);
    return problems;
  });

const withoutImages = (definition: ChaosTaskDefinition): unknown => ({
  ...withoutOutputFields(definition),
  containerDefinitions: definition.containerDefinitions.map(({ image: _, ...rest }) => rest),
});

/** The kinds of changes that can be missing in the state of DescribeServices on which an update is based. */
const unseen = [hasUnseenDeployment, hasUnseenRollback, hasUnseenReleaseWithoutLease];

/** 3. An update changes only the requested image of the revision that ran right before it. */
const updates: Invariant = (run) => {
  const { definitions, effects, plan } = run;
  return effects
    .filter((effect) => isOf(effect, 'UpdateService') && functionOf(effect) === 'update-service')
    .filter((effect) => !unseen.some((hasUnseen) => hasUnseen(run, effect)))
    .flatMap((effect) => {
      const index = deploymentOf(run, effect);
      const old = definitions.get(effect.before?.taskDefinition ?? '');
      const now = definitions.get(effect.input.taskDefinition);
      if (index === undefined || old === undefined || now === undefined) return [];
      const { container } = plan.deployments[index]!;
      const label = deploymentLabel(index);
      const lost = old.containerDefinitions.filter(
        ({ name, image }) =>
          name !== container && now.containerDefinitions.find((each) => each.name === name)?.image !== image,
      );
      const problems = lost.map(({ name, image }) => `${label} lost the image ${image} of ${name}`);
      if (!isDeepStrictEqual(withoutImages(old), withoutImages(now))) problems.push(`${label} changed other fields`);
      return problems;
    });
};

const untouched = [
  'loadBalancers',
  'networkConfiguration',
  'deploymentConfiguration',
  'healthCheckGracePeriodSeconds',
  'tags',
];

const settings: Invariant = ({ before, after, others, effects }) => {
  const fields = after.flatMap((service, index) => {
    const changed = untouched.filter((field) => !isDeepStrictEqual(service[field], before[index]![field]));
    if (!others.scaled.has(index) && service.desiredCount !== before[index]!.desiredCount) changed.push('desiredCount');
    return changed.map((field) => `${services[index]!.target}: ${field} was changed`);
  });
  const sent = effects
    .filter((effect) => isOf(effect, 'UpdateService'))
    .flatMap(({ input }) => Object.keys(input))
    .filter((field) => !['cluster', 'service', 'taskDefinition', 'forceNewDeployment'].includes(field));
  const gone = effects.filter((effect) => isOf(effect, 'DeregisterTaskDefinition') && effect.by !== undefined);
  return [
    ...fields,
    ...sent.map((field) => `UpdateService was sent ${field}`),
    ...gone.map(() => 'a revision was deregistered'),
  ];
};

/** Counts calls that take effect only after the caller gave up. A retry cannot see them yet, and ECS has no client token for such calls. */
const lateEffects = ({ plan }: PlanRun): number =>
  plan.faults.reduce((sum, fault) => sum + (fault.what === 'late effect' ? fault.times : 0), 0);

/** 4. Each deployment registers at most one revision to deploy, in addition to the revision that a rollback restores, and updates its service at most once. */
const once: Invariant = (run) => {
  const most = 1 + lateEffects(run);
  return run.plan.deployments.flatMap((_, index) => {
    const own = run.effects.filter((effect) => deploymentOf(run, effect) === index);
    const registered = own.filter(
      (effect) => isOf(effect, 'RegisterTaskDefinition') && functionOf(effect) !== 'roll-back',
    ).length;
    const updated = own.filter(
      (effect) => isOf(effect, 'UpdateService') && functionOf(effect) === 'update-service',
    ).length;
    const problems = registered > most ? [`${deploymentLabel(index)} registered ${registered} revisions`] : [];
    return updated > most ? [...problems, `${deploymentLabel(index)} updated its service ${updated} times`] : problems;
  });
};

const digests: Invariant = (run) =>
  digestsStay(
    run,
    listReleaseUpdates(run).flatMap((effect) => {
      const index = deploymentOf(run, effect);
      if (index === undefined) return [];
      const { container, image } = run.plan.deployments[index]!;
      return [{ effect, container, pinned: run.images[image].pinned }];
    }),
  );

/** 5. No lease is held at the end. */
const leases: Invariant = async ({ stage }) => {
  const found = await Promise.all(
    services.map(async ({ account, cluster, name, target }) => {
      const pk = `service#${account}/eu-west-1/${cluster}/${name}`;
      const Key = { pk: { S: pk }, sk: { S: 'lease' } };
      const admin = stage.admin(stage.system.account);
      const { Item } = (await admin('dynamodb', 'GetItem', { TableName: stage.system.table.name, Key })) as {
        Item?: { until: { S: string } };
      };
      return Item !== undefined && Date.parse(Item.until.S) > stage.clock.now()
        ? [`the lease on ${target} is still held`]
        : [];
    }),
  );
  return found.flat();
};

/** Every policy is enforced. Even with faults, Gantry needs no permission that it does not have. */
const denials: Invariant = ({ stage, plan }) => {
  // Only an attempt shows whether credentials can decrypt, so this denial is expected.
  const expected = plan.answers?.some(({ id }) => id === 'credentials-key') ? /kms:Decrypt/ : /^$/;
  const denied = stage.cloud.authorizations.flatMap((one) => one.denied ?? []);
  return [...new Set(denied)].filter((text) => !expected.test(text));
};

const invariants: Record<string, Invariant> = {
  jobs,
  success,
  endings,
  updates,
  knownGood,
  unasked,
  healthyStays,
  foreignStays,
  taskCounts,
  settings,
  once,
  tasksRunOnce,
  noTaskInRollback,
  migrationsComeFirst,
  migrationsHaveLease,
  migrationsEnd,
  successesAreTrue,
  ecsDecides,
  pausedStays,
  pausedIsNotLate,
  jobsWaitForPersons,
  restoredHadWorked,
  partialTrafficProvesNothing,
  digests,
  schedulesFollow,
  entriesClose,
  executionsAreRecorded,
  endsAreAnnounced,
  leases,
  denials,
  secrets: findLeakedSecrets,
};

/** Returns the violated invariants as sentences; empty if all hold. */
export async function findViolations(run: PlanRun): Promise<string[]> {
  const found: string[] = [];
  for (const [name, invariant] of Object.entries(invariants))
    for (const problem of await invariant(run)) found.push(`${name}: ${problem}`);
  return found;
}
