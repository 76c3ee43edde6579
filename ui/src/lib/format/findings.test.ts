import { describe, expect, it } from 'vitest';
import type { Finding } from '$lib/api/generated';
import { grouped, isRisk, matches, noFilter } from './findings';

const finding = (change: Partial<Finding> & { page?: number }): Finding => ({
  check: 'cap-low',
  clause_kind: 'cap_on_liability',
  outcome: 'red_line',
  severity: 'high',
  title: 'The cap is low',
  explanation: '',
  ask: '',
  exposure: '',
  advice: { standard: '', fallbacks: [], walk_away: '', approver: '' },
  confidence: 'high',
  citations: change.page ? [{ page: change.page, quote: 'shall not exceed', boxes: [], verified: true }] : [],
  ...change,
});

describe('findings', () => {
  it('are risks by the rule that the engine counts with', () => {
    expect(isRisk(finding({ outcome: 'fallback', severity: 'low' }))).toBe(false);
    expect(isRisk(finding({ outcome: 'fallback', severity: 'medium' }))).toBe(true);
    expect(isRisk(finding({ outcome: 'missing' }))).toBe(true);
    expect(isRisk(finding({ outcome: 'met', severity: 'critical' }))).toBe(false);
  });

  it('stand the gravest first, then by page, absences last, the rest below', () => {
    const list = [
      finding({ title: 'low', severity: 'low', page: 1 }),
      finding({ title: 'met', outcome: 'met', page: 1 }),
      finding({ title: 'absent', outcome: 'missing' }),
      finding({ title: 'p9', page: 9 }),
      finding({ title: 'p2', page: 2 }),
      finding({ title: 'critical', severity: 'critical', page: 30 }),
      finding({ title: 'fallback', outcome: 'fallback', severity: 'low' }),
    ];
    const groups = grouped(list, noFilter);
    expect(groups.risks.map((group) => [group.severity, group.findings.length])).toEqual([['critical', 1], ['high', 3], ['low', 1]]);
    expect(groups.order.map((one) => one.finding.title)).toEqual(['critical', 'p2', 'p9', 'absent', 'low', 'fallback', 'met']);
    expect(groups.order.map((one) => list[one.index]?.title)).toEqual(groups.order.map((one) => one.finding.title));
  });

  it('are filtered by severity, outcome and every word of the text', () => {
    const one = finding({ page: 3 });
    expect(matches(one, { ...noFilter, severities: ['critical', 'high'] })).toBe(true);
    expect(matches(one, { ...noFilter, severities: ['low'] })).toBe(false);
    expect(matches(one, { ...noFilter, outcome: 'missing' })).toBe(false);
    expect(matches(one, { ...noFilter, text: 'EXCEED cap' })).toBe(true);
    expect(matches(one, { ...noFilter, text: 'limit of liability' })).toBe(true);
    expect(matches(one, { ...noFilter, text: 'exceed indemnity' })).toBe(false);
  });
});
