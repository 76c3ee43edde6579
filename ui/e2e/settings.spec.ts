import { expect, test } from './app';

test('a part of the settings is brought into sight by its name, and quiet hours stay', async ({ app }) => {
  const { page } = app;
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  const open = () => page.getByRole('button', { name: 'Settings' }).click();
  await open();
  const about = dialog.getByRole('heading', { name: 'About' });
  await expect(about).not.toBeInViewport();
  await dialog.getByRole('navigation').getByRole('button', { name: 'About' }).click();
  await expect(about).toBeInViewport();

  await dialog.getByRole('navigation').getByRole('button', { name: 'Notifications' }).click();
  const quiet = dialog.locator('[data-place=notices]');
  await quiet.getByLabel('Quiet from').fill('22:00');
  await quiet.getByLabel('Quiet until').fill('07:00');
  await quiet.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  await expect(dialog.getByText('Choose it with “countersign watch FOLDER”.')).toHaveCount(1);
  await app.expectAccessible();

  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.reload();
  await open();
  await expect(quiet.getByLabel('Quiet from')).toHaveValue('22:00');
  await expect(quiet.getByLabel('Quiet until')).toHaveValue('07:00');
  await quiet.getByRole('checkbox', { name: 'Show notifications on the desktop' }).uncheck();
  await expect(page.getByText('Settings saved')).toBeVisible();
});
