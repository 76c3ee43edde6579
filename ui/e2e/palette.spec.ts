import { expect, test } from './app';
import { makePdf, supplyContract } from './pdf';

test('every command, contract and finding is reached from the palette', async ({ app }) => {
  await app.drop([
    { name: 'Supply agreement.pdf', content: makePdf(supplyContract) },
    { name: 'notes.pdf', content: Buffer.from('not a contract') },
  ]);
  await expect(app.row('notes.pdf')).toHaveAttribute('data-state', 'failed');
  await app.selectDone(app.row('Supply agreement.pdf'));
  const keys = app.page.keyboard;
  const palette = app.page.getByRole('dialog', { name: 'What do you want to do?' });
  const field = palette.getByRole('combobox');

  // Only what makes sense now is offered: no finding is selected, and nothing was decided.
  await keys.press('Control+k');
  await expect(field).toBeFocused();
  await expect(palette.getByRole('option', { name: /Export the risk summary/ })).toBeVisible();
  await expect(palette.getByRole('option', { name: /Accept the finding/ })).toHaveCount(0);
  await keys.type('notes');
  await keys.press('Enter');
  await expect(palette).toBeHidden();
  await expect(app.row('notes.pdf').getByRole('button').first()).toHaveAttribute('aria-current', 'true');

  await keys.press('Control+k');
  await keys.type('retry');
  await expect(palette.getByRole('option', { name: /Retry this review/ })).toHaveAttribute('aria-selected', 'true');
  await keys.press('Escape');
  await expect(palette).toBeHidden();

  await keys.press('Control+k');
  await keys.type('supply agree');
  await keys.press('Enter');
  await expect(app.findings()).not.toHaveCount(0);
  const title = await app.findings().nth(1).locator('.title').innerText();
  await keys.press('Control+k');
  await keys.type(title);
  await keys.press('Enter');
  await expect(app.page.locator('article.selected')).toContainText(title);
  await expect(app.page.locator('[data-finding] button:focus')).toContainText(title);

  await keys.press('Control+k');
  await keys.type('accept');
  await keys.press('Enter');
  await expect(app.page.locator('[data-settled="accepted"]')).toContainText(title);
  await keys.press('Control+k');
  await keys.type('qqxyzzy');
  await expect(palette.getByText('Nothing fits what you typed.')).toBeVisible();
  await app.expectAccessible();
  await keys.press('Escape');
  await keys.press('Control+k');
  await keys.type('keyboard');
  await keys.press('Enter');
  await expect(app.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Accept the finding');
});

test('a palette that was closed opens again at once, however fast the keys come', async ({ app }) => {
  const keys = app.page.keyboard;
  const dialogs = app.page.locator('dialog[open]');
  for (let time = 0; time < 25; time += 1) {
    // No key waits for what the one before it did.
    for (const key of ['Control+k', 'Escape', 'Control+k', 'x']) await keys.press(key);
    await expect(dialogs.getByRole('combobox')).toHaveValue('x');
    await keys.press('Escape');
    await expect(dialogs).toHaveCount(0);
  }
});

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    test('the palette is accessible', async ({ app }) => {
      await app.page.keyboard.press('Control+k');
      await expect(app.page.getByRole('option').first()).toBeVisible();
      await app.expectAccessible();
      await app.page.keyboard.press('ArrowDown');
      await app.expectAccessible();
    });
  });
}

test('many reviews that end together share one message, with the list of notices behind it', async ({ app }) => {
  const copies = Array.from({ length: 6 }, (_, at) => ({
    name: `Contract ${at + 1}.pdf`,
    content: makePdf([...supplyContract, `Copy ${at + 1} of six.`]),
  }));
  await app.drop(copies);
  for (const { name } of copies) await expect(app.row(name)).toHaveAttribute('data-state', 'completed');
  const messages = app.page.getByRole('region', { name: 'Messages' });
  await expect(messages.getByText(/[3-6] reviews finished/)).toBeVisible();
  await expect(messages.getByRole('button', { name: 'Dismiss' })).toHaveCount(1);
  await messages.getByRole('button', { name: 'See all' }).click();
  await expect(app.page.getByRole('dialog', { name: 'Notices' }).getByRole('listitem')).toHaveCount(6);
});
