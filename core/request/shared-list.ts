import type { Config } from '../config/check.ts';
import { canPipelinesDeployUnnamed } from '../config/matched-services.ts';
import { findConfiguredService, type NamedTarget } from '../config/targets.ts';
import { Failure } from '../errors/failure.ts';
import type { ImageDefinition } from '../image/definitions.ts';
import { normalizePath } from '../parsing/file-path.ts';
import { formatValue } from '../parsing/validation.ts';
import type { DeclaredStage } from './declared-pipeline.ts';
import { defaultImageDefinitionsFile } from './fields.ts';
import { findActionTarget, type GantryAction, listGantryActions } from './gantry-actions.ts';

/** The action of a job, with the list of images that it reads. */
export interface ImageListReader {
  stage: string;
  action: string;
  /** The service that the action deploys to, such as `test/web`. */
  target: string;
  fileName: string;
  /** The input artifact that has the list. */
  artifact?: string | undefined;
}

/** An action of Gantry that reads the same list. */
interface Reader {
  action: string;
  target: string | undefined;
  /** The containers whose entries the action takes. Undefined for a service that only a pattern allows, until its task definition has been read. */
  containers: string[] | undefined;
  /** The service whose task definition says which containers it has. */
  matched?: MatchedService | undefined;
}

/** A service that only a pattern allows, and whether the action deploys the newest revision of its family instead of the revision that it runs. */
export interface MatchedService {
  target: NamedTarget;
  latest: boolean;
}

/** Returns the other actions of Gantry in the same stage that read the same file of the same artifact, with the containers whose entries they use. */
export function listOtherReaders(
  own: ImageListReader,
  stages: DeclaredStage[],
  config: Config,
  stage?: string,
): Reader[] {
  const readsSameList = ({ name, properties, inputs, stage: stageName }: GantryAction): boolean =>
    stageName === own.stage &&
    name !== own.action &&
    normalizePath(properties.FileName ?? defaultImageDefinitionsFile) === normalizePath(own.fileName) &&
    (own.artifact === undefined || inputs.length === 0 || inputs.includes(own.artifact));
  return listGantryActions(stages, config, stage)
    .filter(readsSameList)
    .map((action) => {
      const target = findActionTarget(action, config, stage);
      const found = findConfiguredService(config, target?.name, stage);
      const containers = found?.service.containers;
      const reader = { action: action.name, target: target?.name, containers };
      const isRead = found !== undefined && containers === undefined && canPipelinesDeployUnnamed(config, found.target);
      const matched = isRead ? toMatchedService(target, action.properties.TaskDefinition) : undefined;
      return { ...reader, ...(matched && { matched }) };
    });
}

/**
 * A task definition file can have other containers than the service, so its containers are unknown. The containers are also unknown if the service's name
 * contains a variable of the pipeline, such as `preview-#{variables.number}`, because the declaration does not contain the variable's value.
 */
function toMatchedService(target: NamedTarget | undefined, base = ''): MatchedService | undefined {
  if (target === undefined || !['', 'latest'].includes(base) || target.service.includes('#{')) return undefined;
  return { target, latest: base === 'latest' };
}

/**
 * Returns the entries of a list that one action uses: the entries of its containers. If no other action reads the list, returns all entries, and Check
 * Target refuses an entry without a container in the task definition. `containers` is undefined if any entry can be the action's own: for a task definition
 * file, whose placeholders can have any name, and for a service that only a pattern allows and whose task definition cannot be read. Throws a
 * ConfigurationError for an entry that no action uses, or that two actions use for the same target.
 */
export function selectOwnEntries(
  entries: ImageDefinition[],
  { own, containers }: { own: ImageListReader; containers: string[] | undefined },
  others: Reader[],
): ImageDefinition[] {
  if (others.length === 0) return entries;
  const takenByOthers = ({ name }: ImageDefinition): boolean => others.some((one) => one.containers?.includes(name));
  const mine = entries.filter((entry) => containers?.includes(entry.name) ?? !takenByOthers(entry));
  const problems = [
    ...findDoubleEntries(mine, own, others),
    ...(others.some((one) => one.containers === undefined) || containers === undefined
      ? []
      : findUntakenEntries(
          entries.filter((entry) => !mine.includes(entry) && !takenByOthers(entry)),
          own,
          [{ action: own.action, target: own.target, containers }, ...others],
        )),
    ...findSecondPattern(own, containers, others),
  ];
  if (problems.length > 0) throw new Failure('ConfigurationError', problems.join(' '));
  if (mine.length > 0) return mine;
  throw new Failure(
    'ConfigurationError',
    `${own.fileName} has no image for ${own.target}${containers === undefined ? '' : `, whose containers are ${containers.join(', ')}`}. Other actions of the stage ${own.stage} take its entries (${entries.map(({ name }) => name).join(', ')}). Add an entry, or remove the action ${own.action}.`,
  );
}

const targetOf = (name: string | undefined): string | undefined => name?.split('/')[0];

/**
 * Services of different targets can have containers with the same name: each target gets the image. In one target, it would be unclear which of the two
 * services gets the image.
 */
const findDoubleEntries = (mine: ImageDefinition[], own: ImageListReader, others: Reader[]): string[] =>
  mine.flatMap(({ name }) =>
    others
      .filter((one) => targetOf(one.target) === targetOf(own.target) && one.containers?.includes(name))
      .map((one) => describeDoubleEntry(own, one, name)),
  );

type ReaderPlace = Pick<Reader, 'action' | 'target'>;

/** Says that two actions would use the entry of one container. */
export const describeDoubleEntry = (own: ImageListReader, other: ReaderPlace, container: string): string =>
  `The actions ${own.action} (${own.target}) and ${other.action} (${other.target}) of the stage ${own.stage} would both take the image for ${formatValue(container)} from ${own.fileName}. Give one of them another FileName, or another container name.`;

/** Says that two actions deploy one service from the same list, whatever its containers are. */
export const describeSameService = (own: ImageListReader, other: ReaderPlace): string =>
  `The actions ${own.action} and ${other.action} of the stage ${own.stage} both deploy ${own.target} from ${own.fileName}. Remove one of them, or give it another FileName.`;

const findUntakenEntries = (untaken: ImageDefinition[], own: ImageListReader, readers: Reader[]): string[] =>
  untaken.map(
    ({ name }) =>
      `${own.fileName} names the container ${formatValue(name)}, which no action of the stage ${own.stage} takes; there are: ${readers
        .map(({ target, containers = [] }) => `${containers.join(', ')} (${target})`)
        .join(', ')}. Correct the name, or remove the entry.`,
  );

/** If neither service's task definition is known, it is unknown which of the two services an entry belongs to. */
const findSecondPattern = (own: ImageListReader, containers: string[] | undefined, others: Reader[]): string[] =>
  containers !== undefined
    ? []
    : others
        .filter((one) => one.containers === undefined && targetOf(one.target) === targetOf(own.target))
        .map((one) => describeSecondPattern(own, one));

/** Says that two actions deploy services whose containers the configuration does not say. */
export const describeSecondPattern = (own: ImageListReader, other: ReaderPlace): string =>
  `The actions ${own.action} (${own.target}) and ${other.action} (${other.target ?? 'no configured service'}) of the stage ${own.stage} read the same list ${own.fileName}, and it is not known which containers each service has: the configuration does not name them, and their task definitions could not be read. Add one of them to services of the target with its containers, or give it another FileName.`;
