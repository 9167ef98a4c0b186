import * as z from 'zod';

const anything = z.unknown().optional();
const words = z.array(z.unknown()).catch([]);
const anyService = z.looseObject({
  name: anything,
  family: anything,
  logGroup: anything,
  executionRole: anything,
  create: anything,
  containers: words,
  taskRoles: words,
});
const anyTarget = z.looseObject({
  name: anything,
  account: anything,
  region: anything,
  role: anything,
  cluster: anything,
  services: z.array(anyService).catch([]),
});
const anyTargets = z.looseObject({ targets: z.array(anyTarget) }).catch({ targets: [] });

type AnyTarget = z.output<typeof anyTarget> & { field: string };
type AnyService = z.output<typeof anyService> & { field: string; target: AnyTarget };

/**
 * What a configuration says twice, as sentences. Judged on whatever has the right shape, so that a conflict is told together with the
 * fields' own mistakes.
 */
export function conflicts(input: unknown): string[] {
  const targets = anyTargets.parse(input).targets.map((target, at) => ({ ...target, field: `targets[${at}]` }));
  const services = targets.flatMap(servicesOf);
  return [
    ...twice(targets, (target) => [`${target.field}.name`, [target.name]]),
    ...twice(targets, (target) => [`${target.field}.role`, [target.account, roleOf(target)]]),
    ...twice(services, (one) => [`${one.field}.name`, [...placeOf(one), one.target.cluster, one.name]]),
    ...services.flatMap(({ field, containers }) =>
      twice([...containers.entries()], ([index, name]) => [`${field}.containers[${index}]`, [name]]),
    ),
    ...conflictsOfMade(services.filter((service) => service.create !== undefined)),
  ];
}

/** What exists already may be shared; what is made here can be made once. The services of one target share its roles. */
function conflictsOfMade(services: AnyService[]): string[] {
  const roles = services.flatMap(({ target, executionRole, taskRoles }) =>
    [executionRole, ...taskRoles].map((role) => ({ target, role })),
  );
  const perTarget = new Map(roles.map((one) => [`${one.target.field} ${one.role}`, one]));
  return [
    ...twice(services, (one) => [`${one.field}.logGroup`, [...placeOf(one), logGroupOf(one)]]),
    ...twice([...perTarget.values()], ({ target, role }) => [`${target.field}.services`, [target.account, role]]),
  ];
}

const servicesOf = (target: AnyTarget): AnyService[] =>
  target.services.map((service, index) => ({ ...service, target, field: `${target.field}.services[${index}]` }));

const roleOf = ({ role, name }: AnyTarget): unknown => role ?? `${name}-deployment`;

const placeOf = ({ target }: AnyService): unknown[] => [target.account, target.region];

const logGroupOf = ({ logGroup, family, name }: AnyService): unknown => logGroup ?? `/ecs/${family ?? name}`;

function twice<Item>(items: Item[], identify: (item: Item) => [field: string, identity: unknown[]]): string[] {
  const seen = new Map<string, string>();
  return items.flatMap((item) => {
    const [field, identity] = identify(item);
    const key = JSON.stringify(identity);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, field);
    return first === undefined
      ? []
      : [`${field} says the same as ${first} (${identity.join(', ')}): give one of them another.`];
  });
}
