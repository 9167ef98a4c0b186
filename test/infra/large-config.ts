import { type Config, validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';

const services = ['shop', 'cart', 'search', 'orders', 'mail'];

/** A configuration of this number of targets, each with five services, and with a pipeline for each of the services. */
export function createLargeConfig(targetCount: number): Config {
  const [target] = example.targets;
  const [pipeline] = example.pipelines;
  const [service] = target!.services;
  const names = Array.from({ length: targetCount }, (_, index) => `t${index}`);
  return validateConfig({
    ...example,
    targets: names.map((name, index) => ({
      ...target!,
      name,
      account: String(200_000_000_000 + index),
      services: services.map((each) => ({ ...service!, name: each, taskRoles: [] })),
    })),
    pipelines: names.flatMap((name) =>
      services.map((each) => ({ ...pipeline!, name: `${each}-${name}`, deploys: [`${name}/${each}`] })),
    ),
  });
}
