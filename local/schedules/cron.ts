import { AwsError } from '../aws-error.ts';

const invalid = (expression: string): AwsError =>
  new AwsError('ValidationException', `Parameter ScheduleExpression is not valid: ${expression}`);

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

type FieldName = 'minute' | 'hour' | 'day' | 'month' | 'weekday' | 'year';

interface Field {
  name: FieldName;
  min: number;
  max: number;
  words: string[];
}

/** The six fields of a cron expression with their ranges; Sunday is 1 (EventBridge user guide, "Cron expressions"). */
const fields: Field[] = [
  { name: 'minute', min: 0, max: 59, words: [] },
  { name: 'hour', min: 0, max: 23, words: [] },
  { name: 'day', min: 1, max: 31, words: [] },
  { name: 'month', min: 1, max: 12, words: months },
  { name: 'weekday', min: 1, max: 7, words: weekdays },
  { name: 'year', min: 1970, max: 2199, words: [] },
];

/** The time in the schedule's time zone. `weekday` is 1 on Sunday, `lastDay` is the last day of the month. */
export type WallTime = Record<FieldName | 'lastDay', number>;

function parseNumber(text: string, { words, min, max }: Field, expression: string): number {
  const word = words.indexOf(text.toUpperCase());
  const value = word >= 0 ? word + min : Number(text);
  if (!/^\w+$/.test(text) || !Number.isInteger(value) || value < min || value > max) throw invalid(expression);
  return value;
}

/** Returns whether a part of a field (`5`, `MON-FRI`, `0/15`, `*`) contains a value. */
function parsePart(part: string, field: Field, expression: string): (value: number) => boolean {
  const [range = '', step, ...rest] = part.split('/');
  if (rest.length > 0) throw invalid(expression);
  const [from = '', to] = range === '*' ? [String(field.min), String(field.max)] : range.split('-');
  const first = parseNumber(from, field, expression);
  const every = step === undefined ? 1 : Number(step);
  if (!Number.isInteger(every) || every < 1) throw invalid(expression);
  const last = to === undefined ? (step === undefined ? first : field.max) : parseNumber(to, field, expression);
  return (value) => value >= first && value <= last && (value - first) % every === 0;
}

function parseField(text: string, field: Field, expression: string): (at: WallTime) => boolean {
  if (text === '?' && (field.name === 'day' || field.name === 'weekday')) return () => true;
  if (text === 'L' && field.name === 'day') return (at) => at.day === at.lastDay;
  if (/[LW#]/.test(text.toUpperCase().replace(/JUL/g, '').replace(/WED/g, '')))
    throw new AwsError(
      'NotCovered',
      `The embedded AWS does not cover ${text} in the cron expression ${expression}.`,
      501,
    );
  const parts = text.split(',').map((part) => parsePart(part, field, expression));
  return (at) => parts.some((contains) => contains(at[field.name]));
}

/** A parsed cron expression: whether the date, the hour and the minute fit. */
export interface Cron {
  matchesDate(at: WallTime): boolean;
  matchesHour(at: WallTime): boolean;
  matchesMinute(at: WallTime): boolean;
}

/** Parses `cron(minute hour day month weekday year)`; one of day and weekday must be `?`. Throws ValidationException. */
export function parseCron(expression: string): Cron {
  const texts = /^cron\((.*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  if (texts.length !== fields.length || (texts[2] === '?') === (texts[4] === '?')) throw invalid(expression);
  const [minute, hour, ...date] = fields.map((field, index) => parseField(texts[index] ?? '', field, expression));
  return {
    matchesMinute: (at) => minute?.(at) ?? false,
    matchesHour: (at) => hour?.(at) ?? false,
    matchesDate: (at) => date.every((matches) => matches(at)),
  };
}
