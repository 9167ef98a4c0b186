import type { Config } from '../../core/config.ts';
import { describeExecution, type Ended, ended, releases } from './releases.ts';

/** A system whose service `test/web` is steady, with what a test of `rollback` does with it. */
export async function rollbacks(config?: Config) {
  const system = await releases(config);
  const { build } = system;
  const { rollbackMachine } = system.system;
  const list = async (): Promise<string[]> => {
    const answer = await build('states', 'ListExecutions', { stateMachineArn: rollbackMachine.arn });
    return (answer as { executions: { executionArn: string }[] }).executions.map(({ executionArn }) => executionArn);
  };
  const does = {
    ...system,
    /** The executions of `rollback`, the newest first. */
    list,
    async start(input: object): Promise<string> {
      const answer = await build('states', 'StartExecution', {
        stateMachineArn: rollbackMachine.arn,
        input: JSON.stringify(input),
      });
      return (answer as { executionArn: string }).executionArn;
    },
    async back(input: object): Promise<Ended> {
      return system.end(await does.start(input));
    },
    /** Lets time pass until `rollback` was started so often, and each has ended. */
    async noticed(count: number): Promise<Ended[]> {
      const look = async () => Promise.all((await list()).map((arn) => describeExecution(system, arn)));
      return system.until(look, (found) => found.length >= count && found.every(ended));
    },
    /** Releases an image that runs well; answers the revision. */
    async good(tag: string): Promise<string> {
      await system.release(await system.push(tag, {}));
      return (await system.steady()).taskDefinition;
    },
    async runs(): Promise<string> {
      return (await system.service()).taskDefinition;
    },
  };
  return does;
}
