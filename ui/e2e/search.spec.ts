import { expect, test } from './app';
import { makePdf, servicesContract, supplyContract } from './pdf';

test('words of any contract are found from the palette and open at their place', async ({ app }) => {
  await app.drop([
    { name: 'Supply.pdf', content: makePdf(supplyContract) },
    { name: 'Services.pdf', content: makePdf(servicesContract) },
  ]);
  for (const name of ['Supply.pdf', 'Services.pdf']) await expect(app.row(name)).toHaveAttribute('data-state', 'completed');
  await app.selectDone(app.row('Supply.pdf'));
  const keys = app.page.keyboard;
  const search = app.page.getByRole('dialog', { name: 'Search all contracts' });

  await keys.press('Control+Shift+F');
  await expect(search.getByRole('combobox')).toBeFocused();
  await expect(search.getByRole('option')).toHaveCount(0);
  await app.expectAccessible();
  await keys.type('source code escrow');
  const first = search.getByRole('option').first();
  await expect(first).toContainText('Services.pdf · p. 1');
  await expect(first.locator('mark')).toHaveText(['source', 'code', 'escrow']);
  await app.expectAccessible();
  await keys.press('Enter');
  await expect(search).toBeHidden();
  await expect(app.row('Services.pdf').getByRole('button').first()).toHaveAttribute('aria-current', 'true');
  await expect(app.page.locator('[data-page="1"] [data-outlined] .outline')).toBeVisible();

  // Beside commands and findings in the palette for everything.
  await keys.press('Control+k');
  await keys.type('laws of england');
  const found = app.page.getByRole('dialog', { name: 'What do you want to do?' }).getByRole('option').filter({ hasText: 'Supply.pdf · p. 1' });
  await expect(found.locator('mark').first()).toBeVisible();
  await found.click();
  await expect(app.row('Supply.pdf').getByRole('button').first()).toHaveAttribute('aria-current', 'true');

  await keys.press('Control+Shift+F');
  await keys.type('qqxyzzy');
  await expect(search.getByText('No contract has these words, or any like them.')).toBeVisible();
});
