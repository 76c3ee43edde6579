import { readFile } from 'node:fs/promises';
import { expect, test, type AppPage } from './app';
import { makePdf, supplyContract } from './pdf';

async function openOwn(app: AppPage): Promise<void> {
  await app.page.getByRole('button', { name: 'Playbooks' }).click();
  await expect(app.page.locator('[data-playbook="procurement"]')).toHaveAttribute('aria-current', 'true');
  await app.page.getByRole('button', { name: 'Duplicate' }).click();
  await expect(app.page.locator('[data-playbook="procurement-own"]')).toHaveAttribute('aria-current', 'true');
}

const position = (app: AppPage, check: string) => app.page.locator(`[data-position="${check}"]`);
const text = (app: AppPage) => app.page.getByRole('textbox', { name: 'Text (TOML)' });

test('a playbook is changed by its form, tried against a contract, and the contract judged by it', async ({ app }) => {
  await app.drop([{ name: 'Supply.pdf', content: makePdf(supplyContract) }]);
  await expect(app.row('Supply.pdf')).toHaveAttribute('data-state', 'completed');
  await openOwn(app);

  await app.page.getByLabel('Filter positions').fill('cap-low');
  await expect(app.page.locator('[data-position]')).toHaveCount(1);
  const cap = position(app, 'cap-low');
  await cap.getByRole('button', { name: /Size of the liability cap/ }).click();
  await cap.getByLabel('walk away months').fill('0.5');
  await cap.getByLabel('walk away months').press('Tab');
  await expect(text(app)).toHaveValue(/\[change\.cap-low\]\nnumbers = \{ walk_away_months = 0\.5 \}/);
  await expect(cap.getByText('otherwise 6')).toBeVisible();
  await expect(cap.getByText('Changed')).toBeVisible();

  const trial = app.page.locator('[data-trial]');
  await app.page.getByLabel('Choose a contract').selectOption({ label: 'Supply.pdf' });
  await expect(trial).toContainText('1 risk told otherwise');
  await expect(trial).toContainText("Was critical: Liability capped at only 1 months' fees");
  const judge = app.page.getByRole('button', { name: 'Judge this contract by it' });
  await expect(judge).toBeDisabled();
  await app.page.keyboard.press('Control+s');
  await expect(app.page.getByText('Procurement, buyer\'s side (own) is saved')).toBeVisible();
  await expect(judge).toBeEnabled();
  await judge.click();
  await expect(app.page.getByText('Supply.pdf was judged again')).toBeVisible();
  await app.page.getByRole('tab', { name: 'Coverage' }).click();
  await expect(app.page.getByRole('tabpanel')).toContainText("Procurement, buyer's side (own)");
});

test('text and form are one: what is wrong is told with its line, changes are taken back or thrown away', async ({ app }) => {
  await openOwn(app);
  const own = await text(app).inputValue();
  await text(app).fill(`${own}\n[change.cap-low]\nnumbers = { least = 3 }\n`);
  const told = app.page.getByRole('status').filter({ hasText: 'line' });
  await expect(told).toContainText('`least` is no number of that position');
  await expect(app.page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  await app.page.getByRole('button', { name: 'Go to line 8' }).click();
  expect(await text(app).evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart, field.selectionEnd))).toBe('[change.cap-low]');
  await text(app).fill(`${own}remove = ["sla"]\n`);
  await expect(position(app, 'sla').getByText('Left out')).toBeVisible();

  // It outlasts a look at something else.
  await app.page.locator('[data-playbook="nda"]').click();
  await expect(text(app)).toHaveValue(/id = "nda"/);
  await expect(text(app)).not.toBeEditable();
  await expect(app.page.locator('[data-playbook="procurement-own"]')).toContainText('Not saved yet');
  await app.page.locator('[data-playbook="procurement-own"]').click();
  await expect(text(app)).toHaveValue(`${own}remove = ["sla"]\n`);
  const sla = position(app, 'sla');
  await sla.getByRole('button').first().click();
  await sla.getByRole('button', { name: 'Take in again' }).click();
  await expect(text(app)).toHaveValue(own);
  await app.page.getByRole('button', { name: 'Undo' }).first().click();
  await expect(text(app)).toHaveValue(`${own}remove = ["sla"]\n`);
  await app.page.getByRole('button', { name: 'Discard changes' }).click();
  await expect(text(app)).toHaveValue(own);

  // An inherited position is written out, so that its rules can be changed.
  const cap = position(app, 'cap-low');
  await cap.getByRole('button').first().click();
  await cap.getByRole('button', { name: 'Change its rules' }).click();
  await cap.getByLabel(/^Severity of “Liability capped at only/).selectOption('medium');
  await expect(text(app)).toHaveValue(/\[\[position\]\]\nid = "cap-low"[\s\S]*severity = "medium"/);
});

test('playbooks are exported, removed, put back and imported', async ({ app }) => {
  await openOwn(app);
  const download = app.page.waitForEvent('download');
  await app.page.getByRole('button', { name: 'Export', exact: true }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('procurement-own.toml');
  const source = await readFile(await file.path(), 'utf8');
  expect(source).toContain('extends = "procurement"');

  const own = app.page.locator('[data-playbook="procurement-own"]');
  await app.page.getByRole('button', { name: 'Use for new reviews' }).click();
  await expect(own).toContainText('Used for new reviews');
  await app.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(own).toHaveCount(0);
  await app.page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
  await expect(own).toContainText('Used for new reviews');

  const input = app.page.locator('input[type="file"]');
  await input.setInputFiles({ name: 'y.toml', mimeType: 'application/toml', buffer: Buffer.from(source.replaceAll('procurement-own', 'ours')) });
  await expect(app.page.locator('[data-playbook="ours"]')).toHaveAttribute('aria-current', 'true');

  // By keyboard, from one to the next, and back to the contract.
  await app.page.keyboard.press('Escape');
  await app.page.keyboard.press('b');
  await expect(app.page.locator('[data-playbook]:focus')).toHaveCount(1);
  await app.page.keyboard.press('k');
  await expect(app.page.locator('[data-playbook="ours"]')).not.toHaveAttribute('aria-current', 'true');
});

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    test('the screen of playbooks is accessible in its states', async ({ app }) => {
      await app.drop([{ name: 'Supply.pdf', content: makePdf(supplyContract) }]);
      await expect(app.row('Supply.pdf')).toHaveAttribute('data-state', 'completed');
      await openOwn(app);
      await position(app, 'cap-low').getByRole('button').first().click();
      await app.page.getByLabel('Choose a contract').selectOption({ label: 'Supply.pdf' });
      await expect(app.page.locator('[data-trial]')).toContainText('It would change nothing.');
      await app.expectAccessible();
      await text(app).fill('id = ');
      await expect(app.page.getByRole('button', { name: 'Go to line 1' })).toBeVisible();
      await app.expectAccessible();
      await app.page.locator('[data-playbook="saas"]').click();
      await expect(text(app)).toHaveValue(/id = "saas"/);
      await position(app, 'cap-low').getByRole('button').first().click();
      await app.expectAccessible();
    });
  });
}
