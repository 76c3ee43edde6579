/** Makes an `ErrorView` of whatever a host rejected with. */
import type { ErrorView } from '$lib/api/generated';
import { words } from '$lib/words';

export function isErrorView(value: unknown): value is ErrorView {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

export function toErrorView(value: unknown): ErrorView {
  if (isErrorView(value)) return value;
  if (value instanceof TypeError) return { code: 'unreachable', message: words.errors.unreachable };
  const detail = value instanceof Error ? value.message : typeof value === 'string' ? value : '';
  return { code: 'unexpected', message: words.errors.unexpected(detail) };
}
