import { expect, test, type AppPage } from './app';
import { makePdf, supplyContract } from './pdf';

async function four(app: AppPage): Promise<void> {
  const names = ['One.pdf', 'Two.pdf', 'Three.pdf'];
  await app.drop([
    ...names.map((name) => ({ name, content: makePdf([...supplyContract, `Of ${name}.`]) })),
    { name: 'Broken.pdf', content: Buffer.from('not a contract') },
  ]);
  for (const name of names) await expect(app.row(name)).toHaveAttribute('data-state', 'completed');
  await expect(app.row('Broken.pdf')).toHaveAttribute('data-state', 'failed');
}

test('several reviews are marked by keyboard, deleted together and taken back together', async ({ app }) => {
  await four(app);
  const keys = app.page.keyboard;
  await keys.press('Escape');
  await expect(app.page.locator('[data-review] > button:focus')).toHaveCount(1);
  await keys.press('/');
  await keys.type('t');
  await keys.press('Enter');
  await keys.press('Control+Shift+a');
  const batch = app.page.getByRole('group', { name: 'Marked reviews' });
  const marked = app.page.locator('[data-review]', { hasText: 'Marked.' });
  const all = await app.page.locator('[data-review]').count();
  await expect(marked).toHaveCount(all);
  await keys.press('x');
  await expect(marked).toHaveCount(all - 1);
  const count = all - 1;
  expect(count).toBeGreaterThan(1);
  await app.expectAccessible();
  const before = await app.page.locator('[data-review]').count();
  await batch.getByRole('button', { name: 'With the marked' }).click();
  await app.page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(app.page.locator('[data-review]')).toHaveCount(before - count);
  await expect(batch).toBeHidden();
  const message = app.page.getByRole('region', { name: 'Messages' });
  await expect(message).toContainText(`${count} contracts are deleted`);
  await message.getByRole('button', { name: 'Undo' }).click();
  await expect(app.page.locator('[data-review]')).toHaveCount(before);
});

test('the pointer marks with Ctrl and Shift, and what an action does not fit is told', async ({ app }) => {
  await four(app);
  const rows = app.page.locator('[data-review]');
  await rows.nth(0).getByRole('button').first().click();
  await rows.nth(3).getByRole('button').first().click({ modifiers: ['Shift'] });
  await rows.nth(1).getByRole('button').first().click({ modifiers: ['ControlOrMeta'] });
  const batch = app.page.getByRole('group', { name: 'Marked reviews' });
  await expect(batch).toContainText('3 marked');
  await batch.getByRole('button', { name: 'With the marked' }).click();
  await expect(app.page.getByRole('menuitem', { name: 'Retry (1)' })).toBeVisible();
  await expect(app.page.getByRole('menuitem', { name: 'Stop now' })).toHaveCount(0);
  await app.page.getByRole('menuitem', { name: 'Retry (1)' }).click();
  await expect(batch).toBeHidden();
  await expect(app.row('Broken.pdf')).toHaveAttribute('data-state', 'failed');
});
