import { inject } from 'vitest';
import type { SystemDeclaration } from '../../infra/system.ts';
import { getFunctions, type InstalledFunction, type InvocationRequest } from '../../local/lambda/functions.ts';
import type { InvocationOutcome } from '../../local/lambda/outcome.ts';
import { updateWorkflow } from '../../local/run/install-workflow.ts';
import { startRollbackSystem } from './rollback-system.ts';

/** The data that states leave for later states. Every other part of an input comes from CodePipeline, EventBridge or a person. */
const stateData = [
  'acknowledged',
  'decision',
  'lease',
  'plan',
  'record',
  'release',
  'revision',
  'rollback',
  'rollbackOutcome',
  'rollout',
  'verdict',
];

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Marks a result with its generation, and also the parts in its `data`, because Decide Rollback's parts become separate state data. The result of Acknowledge
 * Job replaces all data.
 */
const markResult = (result: Json, generation: string): Json => ({
  ...result,
  generation,
  ...(isObject(result.acknowledged) && { acknowledged: { ...result.acknowledged, generation } }),
  ...(isObject(result.data) && {
    data: Object.fromEntries(
      Object.entries(result.data).map(([key, part]) => [key, isObject(part) ? { ...part, generation } : part]),
    ),
  }),
});

/** Pass states plan the next check without a function. So these parts can lack a generation. */
const plannedByMachine = ['rollbackOutcome', 'verdict'];

const findForeignPart = (input: Json, generation: string): string | undefined =>
  stateData.find((key) => {
    const part = input[key];
    if (!isObject(part) || part.generation === generation) return false;
    return part.generation !== undefined || !plannedByMachine.includes(key);
  });

const refuse = (part: string): InvocationOutcome => ({
  payload: JSON.stringify({ errorType: 'Error', errorMessage: `${part} has the format of another version` }),
  failed: true,
  log: '',
});

/** One invocation of a function by an execution, and the generation of its code. */
export interface StateInvocation {
  file: string;
  execution: string;
  generation: string;
}

/**
 * Starts a system that can be updated while executions run. The code of each generation marks the state data that it produces, and fails for
 * state data of any other generation.
 */
export async function startUpdatableSystem() {
  const system = await startRollbackSystem();
  const { cloud } = system;
  const registry = getFunctions(cloud);
  const run = registry.run!;
  const invocations: StateInvocation[] = [];
  registry.run = async (fn: InstalledFunction, invocation: InvocationRequest) => {
    const generation = fn.environment.GENERATION ?? '1';
    const event: unknown = JSON.parse(invocation.payload);
    if (!isObject(event) || !isObject(event.input) || typeof event.execution !== 'string') return run(fn, invocation);
    const [file = ''] = fn.handler.split('.');
    invocations.push({ file, execution: event.execution, generation });
    const foreign = findForeignPart(event.input, generation);
    if (foreign !== undefined) return refuse(foreign);
    const outcome = await run(fn, invocation);
    const result: unknown = JSON.parse(outcome.payload);
    if (outcome.failed || !isObject(result)) return outcome;
    return { ...outcome, payload: JSON.stringify(markResult(result, generation)) };
  };
  let generation = 1;
  return {
    ...system,
    invocations,
    /** Updates the service outside Gantry. */
    changeService: system.update,
    /** Returns the generations whose code an execution has run. */
    generationsOf: (execution: string): string[] => [
      ...new Set(invocations.filter((one) => one.execution === execution).map((one) => one.generation)),
    ],
    /** Deploys the next generation; `change` also changes the declaration. */
    async update(change: (system: SystemDeclaration) => SystemDeclaration = (same) => same): Promise<void> {
      generation += 1;
      const { functions, ...rest } = change(system.system);
      const environment = { GENERATION: String(generation) };
      const changed = functions.map((fn) => ({ ...fn, environment: { ...fn.environment, ...environment } }));
      await updateWorkflow(cloud, { ...rest, functions: changed }, inject('bundles'));
    },
    /** Calls `act` once, before or after the nth invocation of a function, and lets the invocation continue. */
    around(file: string, act: () => Promise<void>, when: 'before' | 'after' = 'before'): void {
      let isDone = false;
      cloud.faultHooks = {
        call: (_asked, proceed) => proceed(),
        event: (_event, proceed) => proceed(),
        run: async ({ name }, proceed) => {
          if (isDone || !name.endsWith(`-${file}`)) return proceed();
          isDone = true;
          if (when === 'before') await act();
          const outcome = await proceed();
          if (when === 'after') await act();
          return outcome;
        },
      };
    },
  };
}

export type UpdatableSystem = Awaited<ReturnType<typeof startUpdatableSystem>>;

/** Whether a call reports the result of a job. */
export const isJobReport = ({ operation }: { operation: string }): boolean => /^PutJob.*Result$/.test(operation);
