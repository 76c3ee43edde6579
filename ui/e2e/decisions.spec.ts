import { readFile } from 'node:fs/promises';
import { expect, test, type AppPage } from './app';
import { makePdf, supplyContract } from './pdf';

async function reviewed(app: AppPage): Promise<void> {
  await app.drop([{ name: 'Supply agreement.pdf', content: makePdf(supplyContract) }]);
  await app.selectDone(app.row('Supply agreement.pdf'));
}

/** How many of the chips above the list say so. */
async function count(app: AppPage, way: string): Promise<number> {
  const text = await app.page.getByRole('group', { name: 'What was decided' }).getByRole('button', { name: new RegExp(`^${way}`) }).innerText();
  return Number(text.replace(/\D/g, ''));
}

test('findings are accepted, dismissed with a reason and noted by keyboard alone, and it is all taken back', async ({ app }) => {
  await reviewed(app);
  const keys = app.page.keyboard;
  const open = await count(app, 'Open');
  expect(open).toBeGreaterThan(2);
  const selected = app.page.locator('[data-finding]:has(article.selected)');
  await keys.press('Enter');
  await expect(selected).toHaveCount(1);
  const first = await selected.getAttribute('data-finding');
  const finding = (index: string | null) => app.page.locator(`[data-finding="${index}"]`);

  await keys.press('a');
  await expect(finding(first)).toHaveAttribute('data-settled', 'accepted');
  await expect(finding(first)).toContainText('Accepted');
  await expect(selected).not.toHaveAttribute('data-finding', first ?? '');
  await expect(app.page.getByRole('status')).toContainText('Accepted');
  const second = await selected.getAttribute('data-finding');

  await keys.press('d');
  const reason = app.page.getByLabel('Why it does not matter here');
  await expect(reason).toBeFocused();
  await keys.press('Enter');
  await expect(reason).toBeFocused();
  await keys.type('Covered by the order form');
  await keys.press('Enter');
  await expect(finding(second)).toHaveAttribute('data-settled', 'dismissed');
  await expect(selected).not.toHaveAttribute('data-finding', second ?? '');
  const third = await selected.getAttribute('data-finding');

  await keys.press('n');
  await expect(app.page.getByLabel('Note on this finding')).toBeFocused();
  await keys.type('Ask Mary');
  await keys.press('Enter');
  await expect(finding(third).getByRole('button').first()).toContainText('Ask Mary');
  await expect(finding(third).getByRole('button').first()).toBeFocused();
  expect(await count(app, 'Open')).toBe(open - 2);

  await keys.press('6');
  const history = app.page.getByRole('region', { name: 'Decisions' });
  await expect(history.getByRole('listitem')).toHaveCount(3);
  await expect(history).toContainText('Covered by the order form');

  await keys.press('u');
  await expect(finding(third).getByRole('button').first()).not.toContainText('Ask Mary');
  await keys.press('Control+z');
  await expect(finding(second)).toHaveAttribute('data-settled', 'open');
  await expect(selected).toHaveAttribute('data-finding', second ?? '');
  await keys.press('u');
  await expect(finding(first)).toHaveAttribute('data-settled', 'open');
  await keys.press('u');
  await expect(app.page.getByRole('status')).toContainText('nothing to undo');
  expect(await count(app, 'Open')).toBe(open);
});

test('what was decided outlives the page and stands in the exports', async ({ app }) => {
  await reviewed(app);
  const first = app.findings().first();
  await first.getByRole('button').first().click();
  await first.getByRole('button', { name: /^Dismiss/ }).last().click();
  await app.page.getByRole('button', { name: 'Covered elsewhere' }).click();
  await expect(first).toHaveAttribute('data-settled', 'dismissed');

  await app.page.reload();
  await expect(first).toHaveAttribute('data-settled', 'dismissed');
  await expect(first).toContainText('Dismissed');
  await app.page.keyboard.press('Control+e');
  const download = app.page.waitForEvent('download');
  await app.page.getByRole('menuitem', { name: 'JSON' }).click();
  const { findings, decisions } = JSON.parse(await readFile(await (await download).path(), 'utf8'));
  expect(decisions).toHaveLength(1);
  expect(decisions[0]).toMatchObject({ verdict: 'dismissed', reason: 'Covered elsewhere' });
  await expect(first).toContainText(findings[decisions[0].finding].title);

  // Pressed again it opens the finding again.
  await first.getByRole('button').first().click();
  await first.getByRole('button', { name: /^Dismiss/ }).last().click();
  await expect(first).toHaveAttribute('data-settled', 'open');
});

test('findings are filtered and grouped, and none moves away while it is decided', async ({ app }) => {
  await reviewed(app);
  const page = app.page;
  const all = await app.findings().count();
  const groups = page.getByRole('region', { name: 'Findings' }).getByRole('heading', { level: 3 });
  await page.getByLabel('Group findings').selectOption('heading');
  await expect(groups.filter({ hasNotText: 'No action needed' })).not.toHaveCount(1);
  await page.getByRole('button', { name: /^Filter by/ }).click();
  const choice = page.getByRole('checkbox', { name: /Liability and warranties/ });
  await choice.check();
  await page.keyboard.press('Escape');
  const chip = page.getByRole('button', { name: 'Without the filter Liability and warranties' });
  await expect(chip).toBeVisible();
  await expect(groups.filter({ hasNotText: 'No action needed' })).toHaveText([/Liability and warranties/]);
  await chip.click();
  await expect(app.findings()).toHaveCount(all);
  await page.getByRole('button', { name: /^Open/ }).click();
  const target = app.findings().nth(1);
  const index = await target.getAttribute('data-finding');
  const place = await target.boundingBox();
  await target.hover();
  await target.getByRole('button', { name: 'Accept' }).click();
  const decided = page.locator(`[data-finding="${index}"]`);
  await expect(decided).toHaveAttribute('data-settled', 'accepted');
  expect(await decided.boundingBox()).toEqual(place);
  await page.getByRole('button', { name: /^Accepted/ }).click();
  await expect(app.findings()).toHaveCount(1);
});

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    test('deciding is accessible in every state', async ({ app }) => {
      test.slow(); // Six looks by axe at a long list.
      await reviewed(app);
      const keys = app.page.keyboard;
      await keys.press('Enter');
      await keys.press('Enter');
      await app.expectAccessible();
      await keys.press('d');
      await app.expectAccessible();
      await keys.type('Agreed');
      await keys.press('Enter');
      await keys.press('n');
      await app.expectAccessible();
      await keys.type('Ask Mary');
      await keys.press('Enter');
      await app.page.getByRole('button', { name: /^Filter by/ }).click();
      await app.page.getByRole('checkbox', { name: /High/ }).check();
      await app.expectAccessible();
      await keys.press('Escape');
      await app.expectAccessible();
      await keys.press('6');
      await app.expectAccessible();
    });
  });
}
