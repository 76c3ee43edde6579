import { expect, test } from './app';
import { longContract, makePdf, supplyContract } from './pdf';

test('words are found in the contract from the page on that is read, and walked through by keyboard', async ({ app }) => {
  await app.drop([{ name: 'Long.pdf', content: longContract(60) }]);
  await app.selectDone(app.row('Long.pdf'));
  const number = app.page.getByLabel('Page', { exact: true });
  await number.fill('30');
  await number.press('Enter');
  await expect(app.page.locator('[data-page="30"] canvas')).toBeVisible();
  await app.page.keyboard.press('Escape');

  await app.page.keyboard.press('Control+f');
  const bar = app.page.getByRole('search', { name: 'Find in the contract' });
  await expect(bar.getByRole('textbox')).toBeFocused();
  await app.page.keyboard.type('DELIVER ITEM 12');
  await expect(bar.getByRole('status')).toHaveText(/^\d+ of \d+/);
  const [at, all] = (await bar.getByRole('status').innerText()).split(' of ').map(Number);
  expect(all).toBeGreaterThan(2);
  expect(at).toBeGreaterThan(1);
  const shown = app.page.locator('[data-found] .shown');
  await expect(shown).toBeVisible();
  await app.expectAccessible();

  await app.page.keyboard.press('Enter');
  await expect(bar.getByRole('status')).toHaveText(`${((at ?? 0) % (all ?? 1)) + 1} of ${all}`);
  await app.page.keyboard.press('Shift+Enter');
  await expect(bar.getByRole('status')).toHaveText(`${at} of ${all}`);
  await app.page.keyboard.press('Control+a');
  await app.page.keyboard.type('no such words');
  await expect(bar.getByRole('status')).toHaveText('Not found');
  await app.page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await expect(app.page.locator('[data-found] .found')).toHaveCount(0);
});

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    test('a finding says by what rule and from what words it came', async ({ app }) => {
      await app.drop([{ name: 'Supply agreement.pdf', content: makePdf(supplyContract) }]);
      await app.selectDone(app.row('Supply agreement.pdf'));
      await app.page.keyboard.press('Enter');
      await app.page.keyboard.press('Enter');
      await app.page.keyboard.press('w');
      const why = app.page.getByRole('region', { name: 'Why this finding?' });
      await expect(why).toContainText('The rule');
      await expect(why.getByRole('list', { name: 'What had to hold' }).getByRole('listitem')).not.toHaveCount(0);
      await expect(why).toContainText('Read by the offline reader');
      await app.expectAccessible();
      await why.getByRole('button', { name: /Show on page/ }).first().click();

      // It stays open for the next finding, and for what is missing it shows what comes nearest.
      const missing = app.findings().filter({ hasText: /Missing/ }).first();
      await missing.getByRole('button').first().click();
      await expect(why).toContainText('None was found on the pages read');
      await app.expectAccessible();
      await app.page.keyboard.press('w');
      await expect(why).toBeHidden();
    });
  });
}
