import { expect, test, type AppPage } from './app';
import { makePdf, supplyContract } from './pdf';

/** Selects words of a line of the page's text, as a pointer does. */
async function select(app: AppPage, line: string, from: string, to: string): Promise<void> {
  const text = app.page.locator('[data-page="1"] .textLayer span').filter({ hasText: line });
  await expect(text).toBeVisible();
  await text.evaluate(
    (span, [begin, end]) => {
      const node = span.firstChild;
      const said = node?.textContent ?? '';
      const range = document.createRange();
      if (!node) throw new Error('no text');
      range.setStart(node, said.indexOf(begin));
      range.setEnd(node, said.indexOf(end) + end.length);
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
      span.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
    },
    [from, to] as const,
  );
}

test('selected words become a finding, which is decided, linked to, removed and put back', async ({ app }) => {
  await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await app.drop([{ name: 'Supply.pdf', content: makePdf(supplyContract) }]);
  await app.selectDone(app.row('Supply.pdf'));
  await select(app, '5. Changes', 'Supplier', 'prices');
  await app.page.getByRole('button', { name: 'Make a finding' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'A finding of your own' });
  await expect(dialog).toContainText('Supplier may change the prices');
  await app.expectAccessible();
  await dialog.getByLabel('What is the matter, in a line').fill('Prices are free to rise');
  await dialog.getByLabel('Severity').selectOption('high');
  await dialog.getByLabel('Ask for').fill('A price list for the term.');
  await app.page.keyboard.press('Tab');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  const own = app.findings().filter({ hasText: 'Prices are free to rise' });
  await expect(own.locator('article.selected')).toHaveCount(1);
  await expect(own).toContainText('Yours');
  await expect(own.locator('blockquote')).toHaveText('Supplier may change the prices');
  await expect(app.page.locator('[data-outlined] .outline').first()).toBeVisible();
  await app.expectAccessible();

  await own.getByRole('button', { name: 'Copy a link to it' }).click();
  const link = await app.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/^countersign:\/\/finding\//);
  await app.page.keyboard.press('Escape');
  await app.page.keyboard.press('p');
  await app.page.keyboard.press('Control+k');
  await app.page.keyboard.type(link);
  await app.page.getByRole('option', { name: 'Open the finding that this link leads to' }).click();
  await expect(own.locator('article.selected')).toHaveCount(1);

  await own.getByRole('button', { name: 'Remove' }).click();
  await expect(own).toHaveCount(0);
  await app.page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
  await expect(own.locator('article.selected')).toHaveCount(1);
});

test('a link that leads nowhere says so', async ({ app }) => {
  await app.drop([{ name: 'Supply.pdf', content: makePdf(supplyContract) }]);
  await app.selectDone(app.row('Supply.pdf'));
  const review = await app.row('Supply.pdf').getAttribute('data-review');
  await app.page.keyboard.press('Control+k');
  await app.page.keyboard.type(`countersign://finding/${review}/${'0'.repeat(64)}`);
  await app.page.keyboard.press('Enter');
  await expect(app.page.getByText('The finding that this link leads to is not there.', { exact: false })).toBeVisible();
});

test('what a finding says is changed, told beside what the playbook says, and taken back', async ({ app }) => {
  await app.drop([{ name: 'Supply.pdf', content: makePdf(supplyContract) }]);
  await app.selectDone(app.row('Supply.pdf'));
  const finding = app.findings().filter({ hasText: 'Liability capped at only' });
  await finding.getByRole('button').first().click();
  await app.page.keyboard.press('e');
  await expect(finding.getByLabel('Severity')).toBeFocused();
  await app.expectAccessible();
  await finding.getByLabel('Severity').selectOption('medium');
  await finding.getByLabel('Ask for').fill('Six months are enough.');
  await finding.getByRole('button', { name: 'Save' }).click();
  await expect(finding).toContainText('Edited');
  await expect(finding).toContainText('By the playbook: Critical; A cap of at least 12 months');
  await expect(finding.getByText('Six months are enough.')).toBeVisible();
  await app.expectAccessible();
  await app.page.keyboard.press('e');
  await finding.getByRole('button', { name: 'As the playbook has it' }).click();
  await expect(finding).not.toContainText('Edited');
  await expect(finding).toContainText('A cap of at least 12 months');
});
