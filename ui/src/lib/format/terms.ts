/** Names of register fields for people; an id that nobody named, like `payment_days`, says it already. */
import { words } from '$lib/words';

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
