import { describe, expect, it } from 'vitest';
import type { Finding, FindingDecision } from '$lib/api/generated';
import { countSettled, grouped, isRisk, matches, nextOpen, noFilter } from './findings';

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

  it('are filtered by severity, outcome, heading and every word of the text', () => {
    const one = { index: 0, finding: finding({ page: 3 }) };
    expect(matches(one, { ...noFilter, severities: ['critical', 'high'] })).toBe(true);
    expect(matches(one, { ...noFilter, severities: ['low'] })).toBe(false);
    expect(matches(one, { ...noFilter, outcomes: ['missing'] })).toBe(false);
    expect(matches(one, { ...noFilter, outcomes: ['missing', 'red_line'] })).toBe(true);
    expect(matches(one, { ...noFilter, headings: ['liability'] })).toBe(true);
    expect(matches(one, { ...noFilter, headings: ['money'] })).toBe(false);
    expect(matches(one, { ...noFilter, text: 'EXCEED cap' })).toBe(true);
    expect(matches(one, { ...noFilter, text: 'limit of liability' })).toBe(true);
    expect(matches(one, { ...noFilter, text: 'exceed indemnity' })).toBe(false);
  });

  it('stand under headings and pages, each in the order of a contract', () => {
    const list = [
      finding({ title: 'cap', page: 7 }),
      finding({ title: 'fees', clause_kind: 'fees', severity: 'low', page: 2 }),
      finding({ title: 'late', clause_kind: 'late_fees', severity: 'critical', page: 7 }),
      finding({ title: 'absent', outcome: 'missing', clause_kind: 'insurance' }),
    ];
    const told = (by: 'heading' | 'page') =>
      grouped(list, noFilter, [], by).risks.map((group) => [group.label, group.severity, group.findings.map((one) => one.finding.title)]);
    expect(told('heading')).toEqual([
      ['Money', 'critical', ['late', 'fees']],
      ['Liability and warranties', 'high', ['cap', 'absent']],
    ]);
    expect(told('page')).toEqual([
      ['Page 2', 'low', ['fees']],
      ['Page 7', 'critical', ['late', 'cap']],
      ['No place in the contract', 'high', ['absent']],
    ]);
  });
});

describe('decisions', () => {
  const decision = (change: Partial<FindingDecision> = {}): FindingDecision => ({
    key: 'k',
    verdict: null,
    reason: '',
    decided_at: null,
    judged_otherwise: null,
    note: '',
    ...change,
  });
  const list = [finding({ title: 'a', page: 1 }), finding({ title: 'b', page: 2 }), finding({ title: 'c', outcome: 'met', page: 3 })];
  const some = [decision({ verdict: 'dismissed', reason: 'Insured elsewhere', note: 'ask Mary' }), decision(), decision()];

  it('leave open what is a risk and undecided', () => {
    expect(countSettled(list, some)).toEqual({ open: 1, accepted: 0, dismissed: 1 });
    expect(grouped(list, { ...noFilter, settled: 'open' }, some).order.map((one) => one.finding.title)).toEqual(['b']);
    expect(grouped(list, { ...noFilter, settled: 'dismissed' }, some).order.map((one) => one.finding.title)).toEqual(['a']);
    expect(grouped(list, { ...noFilter, text: 'mary insured' }, some).order.map((one) => one.finding.title)).toEqual(['a']);
  });

  it('take nothing away that was decided under the pointer', () => {
    expect(grouped(list, { ...noFilter, settled: 'open', kept: [0] }, some).order.map((one) => one.finding.title)).toEqual(['a', 'b']);
  });

  it('lead on to what is still open, around the end', () => {
    const order = grouped(list, noFilter, some).order;
    expect(nextOpen(order, some, 0)?.finding.title).toBe('b');
    expect(nextOpen(order, some, 2)?.finding.title).toBe('b');
    expect(nextOpen(order, some, 1)).toBeNull();
  });
});
