import type { Config } from '../config/check.ts';
import { findConfiguredService } from '../config/targets.ts';
import { normalizePath } from '../parsing/file-path.ts';
import { defaultImageDefinitionsFile } from './fields.ts';
import { findTargetName, type GantryAction } from './gantry-actions.ts';
import { describeDoubleEntry, describeSameService, type ImageListReader } from './shared-list.ts';

/** An action that reads a list of images, and the containers whose entries it takes. */
interface ListAction {
  reader: ImageListReader;
  inputs: string[];
  /** The containers that the configuration names. Undefined for a service that only a pattern allows. */
  configured: string[] | undefined;
  /** The containers of the task definition of a service that only a pattern allows. Undefined if the task definition is not known. */
  running: string[] | undefined;
}

interface OverlapContext {
  config: Config;
  stage: string;
  /** Returns the containers that a service such as `test/web` runs; undefined if they are not known. */
  findRunningContainers(target: string): string[] | undefined;
}

/**
 * Returns a sentence for each two actions of one pipeline that would use the same entry of a list, in the same stage and for the same target. A release
 * refuses such a list too (shared-list.ts), but only when it reads the list.
 */
export function findListOverlaps(actions: GantryAction[], context: OverlapContext): string[] {
  const readers = actions.flatMap((action) => toListAction(action, context) ?? []);
  return readers.flatMap((one, at) =>
    readers.slice(at + 1).flatMap((other) => (readSameList(one, other) ? describeOverlap(one, other) : [])),
  );
}

function toListAction(action: GantryAction, { config, stage, findRunningContainers }: OverlapContext) {
  const target = findTargetName(action, config, stage);
  if (target === undefined) return undefined;
  const configured = findConfiguredService(config, target, stage)?.service.containers;
  const fileName = normalizePath(action.properties.FileName ?? defaultImageDefinitionsFile);
  return {
    reader: { stage: action.stage, action: action.name, target, fileName },
    inputs: action.inputs,
    configured,
    running: configured === undefined ? findRunningContainers(target) : undefined,
  };
}

const targetOf = ({ reader }: ListAction): string | undefined => reader.target.split('/')[0];

const readSameList = (one: ListAction, other: ListAction): boolean =>
  one.reader.stage === other.reader.stage &&
  one.reader.fileName === other.reader.fileName &&
  targetOf(one) === targetOf(other) &&
  (one.inputs.length === 0 || other.inputs.length === 0 || one.inputs.some((name) => other.inputs.includes(name)));

function describeOverlap(one: ListAction, other: ListAction): string[] {
  const taken = other.configured ?? other.running;
  const own = one.configured ?? one.running;
  if (one.reader.target === other.reader.target && own === undefined)
    return [describeSameService(one.reader, other.reader)];
  const common = (own ?? []).filter((name) => taken?.includes(name));
  return common.map((name) => describeDoubleEntry(one.reader, other.reader, name));
}
