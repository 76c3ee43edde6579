/** The portfolio's columns, and what stands in a cell. */
import type { KeyTerm, PortfolioCell, PortfolioFilter, PortfolioQuery, Proposal, Report, SavedView } from '$lib/api/generated';
import { words } from '$lib/words';
import { fieldName, valueText } from './terms';
import { calendarDate } from './time';

export type ColumnKind = 'text' | 'date' | 'number' | 'type';

export interface Column {
  /** A key term's field, or what every review has. */
  id: string;
  kind: ColumnKind;
  /** CSS pixels. */
  width: number;
}

const column = (id: string, kind: ColumnKind, width: number): Column => ({ id, kind, width });

/** What every contract has; their cells do not come from key terms. */
export const ownColumns = ['proposal', 'risks'] as const;

/** All columns, in the order in which they stand. The contract's name is always first. */
export const columns: Column[] = [
  column('proposal', 'text', 132),
  column('risks', 'text', 150),
  column('supplier', 'text', 190),
  column('customer', 'text', 190),
  column('contract_type', 'type', 150),
  column('effective_date', 'date', 130),
  column('expiration_date', 'date', 130),
  column('initial_term', 'number', 110),
  column('renewal_term', 'number', 110),
  column('renewal_notice', 'number', 120),
  column('notice_deadline', 'date', 140),
  column('governing_law', 'text', 170),
  column('forum', 'text', 170),
  column('annual_fees', 'number', 130),
  column('liability_cap', 'number', 140),
  column('payment_days', 'number', 110),
  column('late_interest', 'number', 130),
  column('cure_period', 'number', 110),
  column('convenience_exit_notice', 'number', 130),
  column('availability', 'number', 110),
  column('breach_notice', 'number', 120),
  column('confidentiality_term', 'number', 130),
  column('agreement_date', 'date', 130),
  column('contract_title', 'text', 220),
];

export const usualColumns = [
  'proposal',
  'risks',
  'supplier',
  'contract_type',
  'effective_date',
  'expiration_date',
  'renewal_term',
  'notice_deadline',
  'governing_law',
  'liability_cap',
  'payment_days',
];

/** What the person chose of the grid; it outlives the window. */
export interface Layout {
  columns: string[];
  /** Columns that stay in sight beside the contract's name. */
  pinned: string[];
  sort: string;
  descending: boolean;
}

export const usualLayout: Layout = { columns: usualColumns, pinned: [], sort: 'file', descending: false };

const isNames = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');

export function isLayout(kept: unknown): kept is Layout {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'columns' in kept &&
    isNames(kept.columns) &&
    'pinned' in kept &&
    isNames(kept.pinned) &&
    'sort' in kept &&
    typeof kept.sort === 'string' &&
    'descending' in kept &&
    typeof kept.descending === 'boolean'
  );
}

/** Columns as they stand: the pinned ones first. */
export function shownColumns(layout: Layout): Column[] {
  const chosen = columns.filter((one) => layout.columns.includes(one.id));
  const isPinned = (one: Column) => layout.pinned.includes(one.id);
  return [...chosen.filter(isPinned), ...chosen.filter((one) => !isPinned(one))];
}

export function columnName(id: string): string {
  const named: Record<string, string> = words.portfolio.columns;
  return named[id] ?? fieldName(id);
}

/** Sorting by a column again turns the order; a third time brings back the usual one. */
export function sortedBy(layout: Layout, id: string): Layout {
  if (layout.sort !== id) return { ...layout, sort: id, descending: false };
  if (!layout.descending) return { ...layout, descending: true };
  return { ...layout, sort: usualLayout.sort, descending: false };
}

export interface Narrowing {
  words: string;
  filters: PortfolioFilter[];
  proposals: Proposal[];
}

export const everything: Narrowing = { words: '', filters: [], proposals: [] };

export function isNarrowed(narrowing: Narrowing): boolean {
  return narrowing.words.trim() !== '' || narrowing.filters.length + narrowing.proposals.length > 0;
}

/** Replaces the condition on a column; one that asks for nothing goes. */
export function withFilter(narrowing: Narrowing, filter: PortfolioFilter): Narrowing {
  const others = narrowing.filters.filter((one) => one.field !== filter.field);
  const asks = filter.absent || filter.words.trim() !== '' || filter.from !== null || filter.to !== null;
  return { ...narrowing, filters: asks ? [...others, filter] : others };
}

/** A condition in words: `Governing law: England`. */
export function filterWords(filter: PortfolioFilter): string {
  const name = columnName(filter.field);
  if (filter.absent) return words.portfolio.filterAbsent(name);
  const days = words.portfolio.filterDays(filter.from && calendarDate(filter.from), filter.to && calendarDate(filter.to));
  return words.portfolio.filterOn(name, [filter.words.trim(), days].filter((part) => part !== '').join(', '));
}

/** Columns, order and filters as they are now, under a name. */
export function savedView(name: string, layout: Layout, narrowing: Narrowing): SavedView {
  return { name, ...layout, ...narrowing };
}

export const layoutOf = ({ columns: shown, pinned, sort, descending }: SavedView): Layout => ({ columns: shown, pinned, sort, descending });
export const narrowingOf = (view: SavedView): Narrowing => ({ words: view.words, filters: view.filters, proposals: view.proposals });

/** A page of rows as the engine is asked for it. */
export function portfolioQuery(layout: Layout, narrowing: Narrowing, page: number, size: number): PortfolioQuery {
  return {
    words: narrowing.words.trim(),
    filters: narrowing.filters,
    proposals: narrowing.proposals,
    sort: layout.sort,
    descending: layout.descending,
    fields: shownColumns(layout)
      .map((one) => one.id)
      .filter((id) => !ownColumns.some((own) => own === id)),
    offset: page * size,
    limit: size,
  };
}

/** A cell's value for people: dates and sums as they are written here. */
export function cellText(kind: ColumnKind, cell: Pick<PortfolioCell, 'value' | 'unit' | 'number' | 'state'>): string {
  if (cell.state === 'not_found') return '';
  if (kind === 'date') return shortDate(cell.value);
  if (kind === 'type') {
    const names: Record<string, string> = words.contractType;
    return names[cell.value] ?? cell.value;
  }
  if (kind === 'number' && cell.number !== null && cell.unit !== null && /^[A-Z]{3}$/.test(cell.unit)) return sum(cell.number, cell.unit);
  return valueText(cell.value);
}

function sum(value: number, currency: string): string {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, currencyDisplay: 'code', maximumFractionDigits: Number.isInteger(value) ? 0 : 2 }).format(value);
}

/** `1 Mar 2026`; whatever is no date stays as it is. */
export function shortDate(iso: string): string {
  const [year, month, day] = iso.split('-').map(Number);
  if (!year || !month || !day) return iso;
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.UTC(year, month - 1, day));
}

/** What the engine calls the day that stands in the column of notice deadlines. */
const LAST_NOTICE = 'Last day to give notice against renewal';

/** The words of the contract behind a cell. */
export function citationOf(report: Report, field: string): KeyTerm['citations'][number] | undefined {
  if (field === 'notice_deadline') return report.key_dates.find((date) => date.event === LAST_NOTICE)?.citations[0];
  return report.key_terms.find((term) => term.field === field)?.citations[0];
}
