import type { InstalledService } from '../../aws/installed-service.ts';
import type { ScheduleFacts, ScheduleRules } from '../../core/schedule/problems.ts';
import type { LookupResult, RoleFacts } from './role-facts.ts';

/** The schedules of a service, and the rules for them. */
export interface InspectedSchedules {
  facts: ScheduleFacts[];
  rules: ScheduleRules;
}

/** The facts that only the target accounts know. Empty without --live. */
export interface TargetAccountFacts {
  /** The services by their names, such as `test/web`. With --live, this includes services that match a pattern. */
  services: Map<string, LookupResult<InstalledService>>;
  /** The names of the services that match a pattern, by `test/shop-*`. Empty without --live. */
  matched: Map<string, LookupResult<string[]>>;
  /** The roles that exist and that the role of a target is allowed to pass, by the target's name and by the passed role's ARN. Empty without --live. */
  passable: Map<string, LookupResult<Map<string, LookupResult<RoleFacts>>>>;
  /** The schedules that the configuration names, by the names of their services. Empty without --live. */
  schedules: Map<string, LookupResult<InspectedSchedules>>;
  /** By the target's name: whether its role could be assumed. */
  assumed: Map<string, LookupResult<string>>;
}

export const createEmptyTargetFacts = (): TargetAccountFacts => ({
  services: new Map(),
  matched: new Map(),
  passable: new Map(),
  schedules: new Map(),
  assumed: new Map(),
});
