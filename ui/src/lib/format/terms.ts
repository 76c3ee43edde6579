/** Names of register fields for people: an id like `payment_days` says it already. */

const spelled: Record<string, string> = { ip: 'IP', sla: 'SLA', dpa: 'DPA', mfn: 'MFN', gdpr: 'GDPR', id: 'ID', url: 'URL' };

export function fieldName(field: string): string {
  const text = field
    .split('_')
    .map((part) => spelled[part] ?? part)
    .join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
