import { formatTime } from '../assumptions/time-format.ts';
import type { Cloud } from '../cloud.ts';
import { TaskFailure } from './failure.ts';
import type { AslLibrary, ContextObject, JsonValue, StateExecutor, TaskState } from './library-types.ts';

/**
 * Adds to the library what its attempts lack: `$$.State`, `$$.Task` if the task waits for a token, and the run's `runTask`,
 * which performs the Task and gets its token and time-out.
 */
export function patchTaskAttempts(library: AslLibrary, cloud: Cloud): void {
  const { prototype } = library.StateExecutor;
  const { execute } = prototype;
  const entered = new WeakMap<StateExecutor, string>();
  const tokens = new WeakMap<ContextObject, string>();

  prototype.execute = function (this: StateExecutor, input, context, playing) {
    const EnteredTime = entered.get(this) ?? formatTime(cloud, new Date(cloud.clock.now()).toISOString());
    entered.set(this, EnteredTime);
    const RetryCount = this.retrierAttempts.reduce((all, times) => all + times, 0);
    const token = isTokenTask(this.stateDefinition) ? cloud.hex(128) : undefined;
    if (token !== undefined) tokens.set(context, token);
    // In a branch or an iteration, the library sets `Execution` to the input and the start of the branch or iteration.
    context.Execution = playing.runOptions.context.Execution;
    context.State = { Name: this.stateName, EnteredTime, RetryCount };
    context.Task = token === undefined ? undefined : { Token: token };
    return execute.call(this, input, context, playing);
  };

  prototype.executeTaskState = async (state, rawInput, input, context, name, { runOptions, abortSignal }) => {
    const stateResult = await runOptions.runTask(input, {
      name,
      resource: state.Resource,
      timeoutInSeconds: resolveTimeout(library, state, rawInput, context),
      token: isTokenTask(state) ? tokens.get(context) : undefined,
      abortSignal,
      // AWS's time-out events have no cause (recorded: localstack, test_timeouts.snapshot.json). It is an assumption that Catch gets ''.
      createTimeoutError: () => Object.assign(new library.StatesTimeoutError(), { message: '' }),
    });
    return { stateResult, nextState: state.Next ?? '', isEndState: state.End ?? false };
  };
}

const isTokenTask = ({ Resource }: { Resource?: string }): boolean => Resource?.endsWith('.waitForTaskToken') ?? false;

/**
 * `TimeoutSecondsPath` is resolved against the state's input before Parameters (recorded on AWS: localstack,
 * test_timeouts.snapshot.json).
 */
function resolveTimeout(
  library: AslLibrary,
  state: TaskState,
  rawInput: JsonValue,
  context: ContextObject,
): number | undefined {
  const { TimeoutSeconds, TimeoutSecondsPath } = state;
  if (TimeoutSecondsPath === undefined) return TimeoutSeconds;
  const found = library.jsonPathQuery(TimeoutSecondsPath, rawInput, context);
  if (typeof found === 'number' && Number.isInteger(found) && found > 0) return found;
  const cause = `TimeoutSecondsPath '${TimeoutSecondsPath}' must lead to a positive integer, and leads to ${JSON.stringify(found)}`;
  throw new TaskFailure('States.Runtime', cause, true);
}
