import type { Tag } from './task-definition-input.ts';

/** The fields of a container that RunTask can override (botocore ecs ContainerOverride). */
export interface ContainerOverride {
  name: string;
  command?: string[] | undefined;
  environment?: { name?: string | undefined; value?: string | undefined }[] | undefined;
  cpu?: number | undefined;
  memory?: number | undefined;
  memoryReservation?: number | undefined;
}

/** What RunTask can override (botocore ecs TaskOverride). */
export interface TaskOverride {
  containerOverrides?: ContainerOverride[] | undefined;
  cpu?: string | undefined;
  memory?: string | undefined;
  executionRoleArn?: string | undefined;
  taskRoleArn?: string | undefined;
}

/** How a task is launched: by the settings of its service, or by the parameters of RunTask. */
export interface TaskLaunch {
  group: string;
  launchType?: 'EC2' | 'FARGATE' | 'EXTERNAL' | undefined;
  capacityProviderName?: string | undefined;
  platformVersion?: string | undefined;
  enableExecuteCommand?: boolean | undefined;
  overrides: TaskOverride;
  tags: Tag[];
}
