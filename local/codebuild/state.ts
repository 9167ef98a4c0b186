import type { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import type { createProjectSchema } from './project-input.ts';

/** A project as created. Without `encryptionKey`, the account's aws/s3 key encrypts its artifacts. */
export interface CodeBuildProject extends z.infer<typeof createProjectSchema> {
  account: string;
  region: string;
  arn: string;
  created: number;
  builds: Build[];
}

export interface CodeBuild {
  cloud: Cloud;
  projectsByArn: Map<string, CodeBuildProject>;
  /** A build that takes longer than this in wall-clock time is killed. */
  wallLimitMs: number;
}

export type PhaseType =
  | 'SUBMITTED'
  | 'QUEUED'
  | 'PROVISIONING'
  | 'DOWNLOAD_SOURCE'
  | 'INSTALL'
  | 'PRE_BUILD'
  | 'BUILD'
  | 'POST_BUILD'
  | 'UPLOAD_ARTIFACTS'
  | 'FINALIZING'
  | 'COMPLETED';

export type BuildStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'IN_PROGRESS';

export interface Phase {
  phaseType: PhaseType;
  phaseStatus: BuildStatus;
  started: number;
  ended: number;
  contexts?: { statusCode: string; message: string }[];
}

/** One build of a project. Times are simulated milliseconds since 1970. */
export interface Build {
  uuid: string;
  number: number;
  project: CodeBuildProject;
  started: number;
  ended?: number;
  status: BuildStatus;
  currentPhase: PhaseType;
  phases: Phase[];
  initiator: string;
  source: { type: string; location?: string | undefined; buildspec?: string | undefined };
  sourceVersion?: string | undefined;
  artifacts: { type: string; location?: string | undefined; name?: string | undefined };
  environment: { name: string; value: string }[];
  exported: Record<string, string>;
  log: { timestamp: number; message: string }[];
}
