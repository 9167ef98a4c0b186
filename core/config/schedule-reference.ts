/** The possible meanings of an entry of `schedules`: a rule, a schedule, or the existing one of the two. */
export interface ScheduleReference {
  /** The name of the rule on the default event bus. */
  rule?: string;
  schedule?: { group: string; name: string };
}

/** Returns the rule and the schedule that an entry of `schedules` can mean. */
export function parseScheduleReference(text: string): ScheduleReference {
  if (text.startsWith('rule:')) return { rule: text.slice('rule:'.length) };
  const [group, name] = text.split('/');
  if (group !== undefined && name !== undefined) return { schedule: { group, name } };
  return { rule: text, schedule: { group: 'default', name: text } };
}
