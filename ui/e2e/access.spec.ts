import { expect, test } from './app';
import { makePdf, supplyContract } from './pdf';

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    test('the empty window and its dialogs are accessible', async ({ app }) => {
      await expect(app.page.getByRole('button', { name: 'Try with the sample contracts' })).toBeVisible();
      await app.expectAccessible();
      await app.page.keyboard.press('?');
      await expect(app.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
      await app.expectAccessible();
      await app.page.keyboard.press('Escape');
      await app.page.getByRole('button', { name: 'Settings' }).click();
      await expect(app.page.getByRole('button', { name: 'Save' }).first()).toBeVisible();
      await app.expectAccessible();
    });

    test('a report, open findings and every tab are accessible', async ({ app }) => {
      await app.drop([
        { name: 'Supply agreement.pdf', content: makePdf(supplyContract) },
        { name: 'notes.pdf', content: Buffer.from('not a contract') },
      ]);
      await expect(app.row('notes.pdf')).toHaveAttribute('data-state', 'failed');
      await app.selectDone(app.row('Supply agreement.pdf'));
      await app.findings().first().getByRole('button').first().click();
      await expect(app.page.locator('[data-page="1"] canvas')).toBeVisible();
      await app.expectAccessible();
      for (const name of ['Key terms', 'Dates', 'Obligations', 'Coverage', 'History']) {
        await app.page.getByRole('tab', { name }).click();
        await app.expectAccessible();
      }
    });
  });
}

test('the whole journey needs no pointer', async ({ app }) => {
  await expect(app.page.getByRole('button', { name: 'Try with the sample contracts' })).toBeVisible();
  await app.page.getByRole('button', { name: 'Try with the sample contracts' }).focus();
  await app.page.keyboard.press('Enter');
  await expect(app.page.locator('[data-review][data-state="completed"]').first()).toBeVisible();
  const rows = app.page.locator('[data-review]');
  const count = await rows.count();
  for (let at = 0; at < count; at += 1) await expect(rows.nth(at)).toHaveAttribute('data-state', 'completed');
  await app.page.keyboard.press('k');
  for (const sample of ['balanced', 'one-sided']) {
    await app.page.keyboard.press('/');
    await expect(app.page.getByLabel('Filter contracts')).toBeFocused();
    await app.page.keyboard.press('Control+a');
    await app.page.keyboard.type(sample);
    await app.page.keyboard.press('Enter');
    await expect(app.page.locator('[data-review] > button:focus')).toContainText(sample);
    await app.page.keyboard.press('Enter');
    if (sample === 'one-sided') break;
    await expect(app.page.getByRole('region', { name: 'Findings' })).toBeFocused();
    await app.page.keyboard.press('h');
  }
  await expect(app.page.locator('[data-finding] button:focus')).toHaveCount(1);
  await app.page.keyboard.press('Enter');
  await expect(app.page.locator('[data-finding] [aria-expanded="true"]')).toHaveCount(1);
  await app.page.keyboard.press('5');
  await expect(app.page.getByRole('tab', { name: 'Coverage' })).toHaveAttribute('aria-selected', 'true');
  await app.page.keyboard.press('Control+e');
  await expect(app.page.getByRole('menuitem', { name: /^PDF/ })).toBeFocused();
  await app.page.keyboard.press('ArrowDown');
  await expect(app.page.getByRole('menuitem', { name: /^Word/ })).toBeFocused();
});
