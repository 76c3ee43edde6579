import { readFile } from 'node:fs/promises';
import { expect, test, type AppPage } from './app';
import { makePdf, servicesContract, supplyContract } from './pdf';

const files = [
  { name: 'Supply.pdf', content: makePdf(supplyContract) },
  { name: 'Services.pdf', content: makePdf(servicesContract) },
];

async function openPortfolio(app: AppPage): Promise<void> {
  await app.drop(files);
  for (const { name } of files) await expect(app.row(name)).toHaveAttribute('data-state', 'completed');
  await app.page.getByRole('button', { name: 'Portfolio' }).click();
  await expect(app.page.getByRole('grid').getByRole('gridcell', { name: 'Supply.pdf' })).toBeVisible();
}

/** What stands in a column, from the first row to the last. */
async function column(app: AppPage, name: string): Promise<string[]> {
  const heading = app.page.getByRole('columnheader').filter({ has: app.page.getByRole('button', { name, exact: true }) });
  const at = await heading.getAttribute('aria-colindex');
  return app.page.locator(`[role="gridcell"][aria-colindex="${at}"]`).allInnerTexts();
}

test('contracts stand side by side, are put in order, narrowed and opened at the words behind a cell', async ({ app }) => {
  await openPortfolio(app);
  const grid = app.page.getByRole('grid');
  await expect(grid).toHaveAttribute('aria-rowcount', '3');
  expect(await column(app, 'Contract')).toEqual(['Services.pdf', 'Supply.pdf']);
  await grid.getByRole('button', { name: 'Payment days', exact: true }).click();
  await expect.poll(() => column(app, 'Payment days')).toEqual(['7 days', '60 days']);
  await grid.getByRole('button', { name: 'Payment days', exact: true }).click();
  await expect.poll(() => column(app, 'Contract')).toEqual(['Services.pdf', 'Supply.pdf']);

  await app.page.getByLabel('Filter by any words').fill('delaware');
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  await app.page.getByLabel('Filter by any words').fill('');
  await grid.getByRole('button', { name: 'Filter by Governing law' }).click();
  await app.page.getByLabel('Contains').fill('england');
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('button', { name: 'Without the filter Governing law: england' }).click();
  await expect(grid).toHaveAttribute('aria-rowcount', '3');

  await grid.getByRole('row').filter({ hasText: 'Supply.pdf' }).getByRole('gridcell', { name: /England/ }).click();
  await expect(app.page.getByRole('tab', { name: 'Key terms' })).toHaveAttribute('aria-selected', 'true');
  await expect(app.row('Supply.pdf').getByRole('button').first()).toHaveAttribute('aria-current', 'true');
  await expect(app.page.locator('[data-outlined] .outline').first()).toBeVisible();
});

test('columns are chosen, kept in sight and remembered, and the table is saved for a spreadsheet', async ({ app }) => {
  await openPortfolio(app);
  const headings = () => app.page.getByRole('columnheader').allInnerTexts();
  await app.page.getByRole('button', { name: 'Columns', exact: true }).click();
  const choice = app.page.getByRole('dialog', { name: 'Columns' });
  await choice.getByLabel('Risks', { exact: true }).uncheck();
  await choice.getByRole('button', { name: 'Keep Payment days in sight' }).click();
  await app.page.keyboard.press('Escape');
  await expect.poll(async () => (await headings()).slice(0, 2)).toEqual(['Contract', 'Payment days']);
  expect(await headings()).not.toContain('Risks');
  const download = app.page.waitForEvent('download');
  await app.page.getByRole('button', { name: 'Export as CSV' }).click();
  const saved = await (await download).path();
  const lines = (await readFile(saved, 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain('payment days');

  await app.page.reload();
  await expect(app.row('Supply.pdf')).toBeVisible();
  await app.page.keyboard.press('p');
  await expect.poll(async () => (await headings()).slice(0, 2)).toEqual(['Contract', 'Payment days']);
});

test('columns, order and filters are saved under a name, opened, removed and put back', async ({ app }) => {
  await openPortfolio(app);
  const grid = app.page.getByRole('grid');
  const views = app.page.getByRole('dialog', { name: 'Views' });
  const open = () => app.page.getByRole('button', { name: 'Views', exact: true }).click();
  await app.page.getByLabel('Filter by any words').fill('delaware');
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  await grid.getByRole('button', { name: 'Payment days', exact: true }).click();
  await open();
  await expect(views.getByText('None is saved.', { exact: false })).toBeVisible();
  await app.expectAccessible();
  await views.getByLabel('Save this view as').fill('American law');
  await app.page.keyboard.press('Enter');
  await expect(views.getByRole('button', { name: 'American law', exact: true })).toBeVisible();
  await app.page.keyboard.press('Escape');
  await app.page.getByLabel('Filter by any words').fill('');
  await expect(grid).toHaveAttribute('aria-rowcount', '3');
  await app.page.reload();
  await app.page.getByRole('button', { name: 'Portfolio' }).click();
  await open();
  await views.getByRole('button', { name: 'American law', exact: true }).click();
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  await expect(app.page.getByLabel('Filter by any words')).toHaveValue('delaware');
  await open();
  await views.getByRole('button', { name: 'Remove the view American law' }).click();
  await expect(views.getByRole('button', { name: 'American law', exact: true })).toHaveCount(0);
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
  await open();
  await expect(views.getByRole('button', { name: 'American law', exact: true })).toBeVisible();
});

test('the grid is walked through by keyboard and left by it', async ({ app }) => {
  await openPortfolio(app);
  await app.page.keyboard.press('l');
  const focused = app.page.locator('[role="gridcell"]:focus');
  await expect(focused).toHaveAttribute('data-cell', '0.0');
  await app.page.keyboard.press('ArrowDown');
  await app.page.keyboard.press('End');
  await expect(focused).toHaveAttribute('data-cell', /^1\.\d+$/);
  await expect(focused).toBeInViewport();
  await app.page.keyboard.press('Control+Home');
  await expect(focused).toHaveAttribute('data-cell', '0.0');
  await app.page.keyboard.press('j');
  await expect(focused).toHaveAttribute('data-cell', '1.0');
  await app.page.keyboard.press('Enter');
  await expect(app.row('Supply.pdf').getByRole('button').first()).toHaveAttribute('aria-current', 'true');
  await expect(app.page.getByRole('grid')).toBeHidden();
  await app.page.keyboard.press('Control+k');
  await app.page.keyboard.type('side by side');
  await app.page.keyboard.press('Enter');
  await expect(app.page.getByRole('grid')).toBeVisible();
  await app.page.keyboard.press('Escape');
  await expect(app.page.getByRole('grid')).toBeHidden();
});

test('notices and ends of terms stand in order with their arithmetic, and what is overdue says so', async ({ app }) => {
  await app.page.clock.setFixedTime(new Date(2026, 11, 10, 12));
  await openPortfolio(app);
  await app.page.getByRole('tab', { name: 'Renewals' }).click();
  const days = app.page.locator('[data-renewal]');
  await expect(days).toHaveCount(5);
  await expect(days.first()).toHaveAttribute('data-urgency', 'overdue');
  await expect(days.first()).toContainText('Overdue by 9 days');
  await expect(days.first()).toContainText('Acme Works Ltd · Services.pdf');
  await expect(days.first()).toContainText('2020-03-01 + 7 x 1 year = 2027-03-01, if no notice was given');
  await expect(days.nth(2)).toContainText('2029-03-01 - 180 days = 2028-09-02');
  await app.page.getByLabel('Show what passed more than 30 days ago').check();
  await expect(days).toHaveCount(8);
  await expect(days.first()).toHaveAttribute('data-urgency', 'ended');
  await expect(days.first()).toContainText('7 years ago');
  await days.first().click();
  await expect(app.page.getByRole('tab', { name: 'Dates' })).toHaveAttribute('aria-selected', 'true');
  await expect(app.row('Services.pdf').getByRole('button').first()).toHaveAttribute('aria-current', 'true');
  await expect(app.page.locator('[data-outlined] .outline').first()).toBeVisible();
});

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    test('the portfolio is accessible, full and empty', async ({ app }) => {
      await app.page.clock.setFixedTime(new Date(2026, 11, 10, 12));
      await openPortfolio(app);
      await app.expectAccessible();
      await app.page.getByRole('button', { name: 'Columns', exact: true }).click();
      await app.expectAccessible();
      await app.page.keyboard.press('Escape');
      await app.page.getByRole('grid').getByRole('button', { name: 'Filter by End' }).click();
      await app.expectAccessible();
      await app.page.keyboard.press('Escape');
      await app.page.getByLabel('Filter by any words').fill('no such words');
      await expect(app.page.getByRole('heading', { name: 'No contract fits' })).toBeVisible();
      await app.expectAccessible();
      await app.page.getByRole('tab', { name: 'Renewals' }).click();
      await app.page.getByLabel('Show what passed more than 30 days ago').check();
      await expect(app.page.locator('[data-urgency="overdue"]')).not.toHaveCount(0);
      await app.expectAccessible();
    });
  });
}
