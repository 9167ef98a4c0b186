import type { Config } from '../../core/config/check.ts';
import type { ReleaseTask } from '../../core/model/release-task.ts';
import example from '../../infra/config.ts';

const defaults = { container: 'app', timeoutMinutes: 10, stopOnDeath: false };

type Task = Partial<ReleaseTask> & { name: string };

/** Returns the example's configuration with these tasks for each service. A task runs `bin/NAME` for at most ten minutes, unless it says otherwise. */
export const withTasks = ({ preDeploy = [], postDeploy = [] }: { preDeploy?: Task[]; postDeploy?: Task[] }): Config => {
  const complete = (task: Task) => ({
    ...defaults,
    command: [`bin/${task.name}`],
    ...task,
    stopOnDeath: task.stopOnDeath ?? false,
  });
  const tasks = { preDeploy: preDeploy.map(complete), postDeploy: postDeploy.map(complete) };
  const targets = example.targets.map((target) => ({
    ...target,
    services: target.services.map((service) => ({ ...service, ...tasks })),
  }));
  return { ...example, targets };
};
