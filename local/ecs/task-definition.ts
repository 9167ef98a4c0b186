import type { ContainerDefinition, Tag } from './task-definition-input.ts';

/** A registered revision. `body` is the input of RegisterTaskDefinition, unchanged. */
export interface EcsTaskDefinition {
  arn: string;
  family: string;
  revision: number;
  account: string;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  body: Record<string, unknown>;
  containers: ContainerDefinition[];
  executionRoleArn?: string | undefined;
  taskRoleArn?: string | undefined;
  registeredAt: Date;
  registeredBy: string;
  deregisteredAt?: Date;
  tags: Tag[];
}
