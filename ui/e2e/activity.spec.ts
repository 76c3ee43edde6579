import { expect, test, type AppPage } from './app';
import { makePdf, supplyContract } from './pdf';

async function open(app: AppPage, tab: string): Promise<void> {
  await app.page.getByRole('tab', { name: tab, exact: true }).click();
  await expect(app.page.getByRole('region', { name: tab, exact: true })).toBeVisible();
}

test('what was done, spent and sent stands in one place', async ({ app }) => {
  await app.drop([{ name: 'Supply.pdf', content: makePdf(supplyContract) }]);
  await app.selectDone(app.row('Supply.pdf'));
  await app.findings().first().getByRole('button').first().click();
  await app.page.keyboard.press('d');
  await app.page.getByRole('button', { name: 'Covered elsewhere' }).click();
  await expect(app.findings().first()).toContainText('Dismissed');

  await app.page.getByRole('button', { name: 'Activity' }).click();
  const bars = app.page.locator('[data-bar]');
  await expect(app.page.getByText(/from the drop to the report/)).toBeVisible();
  await expect(bars.first()).toContainText('Reading');
  await expect(bars.filter({ hasText: 'Judging' })).toContainText(/worked \d/);
  await open(app, 'Providers');
  await expect(app.page.getByText('No provider is set up, so none is asked.')).toBeVisible();
  await open(app, 'Spending');
  await expect(app.page.getByText('Nothing was spent: the offline reader costs nothing.')).toBeVisible();
  await open(app, 'What left');
  await expect(app.page.getByText('Nothing has left it.')).toBeVisible();
  await open(app, 'Decisions');
  const decided = app.page.locator('[data-decided]');
  await expect(decided).toHaveCount(1);
  await expect(decided).toContainText('Covered elsewhere');
  await decided.getByRole('button', { name: 'Supply.pdf' }).click();
  await expect(app.page.getByRole('tab', { name: 'Findings' })).toBeVisible();
  await app.page.keyboard.press('v');
  await expect(app.page.getByRole('heading', { name: 'Activity' })).toBeVisible();
  await app.page.keyboard.press('Escape');
  await expect(app.page.getByRole('heading', { name: 'Activity' })).toBeHidden();
});

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    test('every part of the activity is accessible', async ({ app }) => {
      await app.page.keyboard.press('v');
      await expect(app.page.getByText('No contract has been reviewed yet.')).toBeVisible();
      await app.expectAccessible();
      await app.drop([{ name: 'Supply.pdf', content: makePdf(supplyContract) }]);
      await app.selectDone(app.row('Supply.pdf'));
      await app.findings().first().getByRole('button').first().click();
      await app.page.keyboard.press('a');
      await app.page.keyboard.press('v');
      await expect(app.page.locator('[data-bar]').first()).toBeVisible();
      await app.expectAccessible();
      for (const tab of ['Providers', 'Spending', 'What left', 'Decisions']) {
        await open(app, tab);
        await app.expectAccessible();
      }
    });
  });
}

test('of two answers the one that is read second may come first', async ({ app }) => {
  await app.drop([{ name: 'Supply.pdf', content: makePdf(supplyContract) }]);
  await app.selectDone(app.row('Supply.pdf'));
  const used = app.page.waitForResponse((response) => response.url().includes('provider_use'));
  await app.page.route(/list_providers/, async (route) => {
    await (await used).finished();
    await route.continue();
  });
  await app.page.getByRole('button', { name: 'Activity' }).click();
  await open(app, 'Providers');
  await expect(app.page.getByText('No provider is set up, so none is asked.')).toBeVisible();
});
