import { DescribeTasksCommand, type ECSClient, ListTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs';

interface Account {
  client: ECSClient;
  pass(seconds: number): Promise<unknown>;
  revision(image: string): Promise<string>;
  image(): Promise<string>;
}

/** Returns whether DescribeTasks and ListTasks show a task of RunTask at once, after 4 seconds, and after 5. `select`: selects the answer. */
export const observeRunTask =
  ({ client, pass, revision, image }: Account, select: (answer: string) => void) =>
  async (answer: string): Promise<boolean[][]> => {
    const taskDefinition = await revision(await image());
    select(answer);
    const { tasks } = await client.send(new RunTaskCommand({ cluster: 'test', taskDefinition, startedBy: answer }));
    const task = tasks![0]!.taskArn!;
    const look = async () => {
      const described = await client.send(new DescribeTasksCommand({ cluster: 'test', tasks: [task] }));
      const listed = await client.send(new ListTasksCommand({ cluster: 'test', startedBy: answer }));
      return [described.tasks!.length === 1, listed.taskArns!.includes(task)];
    };
    const seen = [await look()];
    for (const seconds of [4, 1]) {
      await pass(seconds);
      seen.push(await look());
    }
    return seen;
  };
