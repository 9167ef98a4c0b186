import type { Server } from 'node:http';
import { join } from 'node:path';
import { bundleFunctions } from '../../bundle/functions.ts';
import type { Config } from '../../core/config/check.ts';
import type { Answers } from '../assumptions/list.ts';
import type { Clock } from '../clock.ts';
import type { Cloud } from '../cloud.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { codebuild } from '../codebuild.ts';
import { codepipeline } from '../codepipeline.ts';
import { createCloud } from '../create-cloud.ts';
import { dynamodb } from '../dynamodb.ts';
import { ecr } from '../ecr.ts';
import { ecs } from '../ecs.ts';
import { events } from '../events.ts';
import { iam } from '../iam-operations.ts';
import { kms } from '../kms.ts';
import { stopFunctions } from '../lambda/functions.ts';
import { lambda } from '../lambda.ts';
import { logs } from '../logs.ts';
import { s3 } from '../s3.ts';
import { scheduler } from '../scheduler.ts';
import { serve } from '../server.ts';
import { sns } from '../sns.ts';
import { states } from '../states.ts';
import { sts } from '../sts.ts';
import { type InstalledSystem, type Installer, installSystem } from './install.ts';

/** All services of the embedded AWS. */
export const allServices = [
  sts,
  iam,
  kms,
  s3,
  ecr,
  logs,
  ecs,
  cloudwatch,
  codepipeline,
  codebuild,
  events,
  scheduler,
  lambda,
  states,
  dynamodb,
  sns,
];

/** A complete installed system that listens on 127.0.0.1. */
export interface RunningSystem extends InstalledSystem {
  cloud: Cloud;
  server: Server;
  stop(): Promise<void>;
}

export interface StartOptions {
  clock: Clock;
  config: Config;
  stage: string;
  port?: number;
  seed?: string;
  /** The folder of the functions' bundles, if they are already built. */
  bundles?: string;
  /** See `Cloud`. */
  skipAuthorization?: boolean;
  /** Also installs the services and the pipeline that the configuration says exist already. */
  withExistingResources?: boolean;
  /** Selects behaviours that AWS does not document; otherwise the default answers apply. */
  answers?: Answers;
  /** Installs Gantry; by default without templates. */
  install?: Installer;
}

/** Starts the embedded AWS with all that the configuration installs. Rejects if the port is taken. */
export async function startEmbeddedAws({
  clock,
  config,
  stage,
  port = 0,
  seed,
  bundles,
  skipAuthorization = false,
  withExistingResources = false,
  answers,
  install = installSystem,
}: StartOptions): Promise<RunningSystem> {
  const cloud = createCloud(clock, seed, answers);
  cloud.skipAuthorization = skipAuthorization;
  for (const make of allServices) {
    const service = make(cloud);
    cloud.services.set(service.name, service);
  }
  const server = await serve(cloud, port);
  const built = bundles ?? (await buildFunctions());
  const installed = await install(cloud, config, { stage, bundles: built, withExistingResources });
  const stop = async (): Promise<void> => {
    await stopFunctions(cloud);
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { ...installed, cloud, server, stop };
}

/** Builds the functions, with their common code built once, and returns the folder of the functions. */
export async function buildFunctions(): Promise<string> {
  const outdir = join(import.meta.dirname, '..', '..', '.build', 'local');
  await bundleFunctions({ outdir, shared: true });
  return outdir;
}
