/** Names of register fields for people; an id that nobody named, like `payment_days`, says it already. */
import { words } from '$lib/words';
import { calendarDate } from './time';

const named: Record<string, string> = words.terms.fields;
const spelled: Record<string, string> = { ip: 'IP', sla: 'SLA', dpa: 'DPA', mfn: 'MFN', gdpr: 'GDPR', id: 'ID', url: 'URL' };

export function fieldName(field: string): string {
  const name = named[field];
  if (name !== undefined) return name;
  const text = field
    .split('_')
    .map((part) => spelled[part] ?? part)
    .join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const LENGTH = /^(\d+(?:\.\d+)?) (hour|day|week|month|year)s?$/;

/** A value of the register for people: days and lengths of time as they are written here, the rest as it stands. */
export function valueText(value: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return calendarDate(value);
  const [, length, unit] = LENGTH.exec(value) ?? [];
  if (length === undefined || unit === undefined) return value;
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'long' }).format(Number(length));
}
