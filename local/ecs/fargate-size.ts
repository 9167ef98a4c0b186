import { clientException } from './errors.ts';

const gibibyte = 1024;
const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/** The memory sizes in MiB by CPU units that Fargate offers (ECS developer guide, "Fargate task sizes"). */
const fargateSizes: Record<string, number[]> = {
  256: [512, gibibyte, 2 * gibibyte],
  512: range(gibibyte, 4 * gibibyte, gibibyte),
  1024: range(2 * gibibyte, 8 * gibibyte, gibibyte),
  2048: range(4 * gibibyte, 16 * gibibyte, gibibyte),
  4096: range(8 * gibibyte, 30 * gibibyte, gibibyte),
  8192: range(16 * gibibyte, 60 * gibibyte, 4 * gibibyte),
  16384: range(32 * gibibyte, 120 * gibibyte, 8 * gibibyte),
};

/** Parses `256` or `.25 vCPU`, `512` or `0.5 GB`, in units of 1/1024 (botocore ecs RegisterTaskDefinitionRequest.cpu, .memory). */
const parseUnits = (text: string | null | undefined, unit: RegExp): number =>
  text && unit.test(text) ? Number(text.replace(unit, '')) * 1024 : Number(text ?? Number.NaN);

interface TaskSize {
  cpu?: string | null | undefined;
  memory?: string | null | undefined;
}

const cpuUnit = / *vcpu$/i;
const memoryUnit = / *gb$/i;

/** Returns a task size as ECS keeps it: "converted to an integer" of CPU units and of MiB (botocore ecs Task.cpu, .memory). */
export const convertTaskSize = ({ cpu, memory }: TaskSize): TaskSize => ({
  ...(cpu && cpuUnit.test(cpu) ? { cpu: String(parseUnits(cpu, cpuUnit)) } : {}),
  ...(memory && memoryUnit.test(memory) ? { memory: String(parseUnits(memory, memoryUnit)) } : {}),
});

/** Rejects a task size that Fargate does not offer, with ECS's message. */
export function refuseFargateSize(input: TaskSize & { requiresCompatibilities?: string[] | null | undefined }): void {
  if (!input.requiresCompatibilities?.includes('FARGATE')) return;
  const cpu = parseUnits(input.cpu, cpuUnit);
  const memory = parseUnits(input.memory, memoryUnit);
  if (!(cpu in fargateSizes)) throw clientException("Invalid 'cpu' setting for task.");
  if (!fargateSizes[cpu]?.includes(memory)) throw clientException('No Fargate configuration exists for given values.');
}
