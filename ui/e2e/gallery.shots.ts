/** Takes a picture of every state of the window. What is asserted is only that a state is reached. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type AppPage } from './app';
import { longContract, makePdf, servicesContract, supplyContract } from './pdf';

const folder = process.env.COUNTERSIGN_GALLERY ?? join('test-results', 'gallery');

/** Numbers pictures in the order they are taken. */
function camera(app: AppPage, place: string): (name: string) => Promise<void> {
  let taken = 0;
  return async (name) => {
    taken += 1;
    await mkdir(join(folder, place), { recursive: true });
    await app.page.evaluate(async () => {
      await document.fonts.ready;
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    });
    await app.page.screenshot({ path: join(folder, place, `${String(taken).padStart(2, '0')}-${name}.png`), animations: 'disabled' });
  };
}

const contracts = [
  { name: 'Supply agreement Harbour Components.pdf', content: makePdf(supplyContract) },
  { name: 'Managed services Acme.pdf', content: makePdf(servicesContract) },
  { name: 'A name that is much longer than any pane is wide, as it came out of a document management system (final) (2).pdf', content: makePdf([...supplyContract, '6. Notices. By letter.']) },
  { name: 'not a contract.pdf', content: Buffer.from('not a contract') },
];

for (const scheme of ['light', 'dark'] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });

    test('every state', async ({ app }) => {
      const take = camera(app, scheme);
      const { page } = app;
      const keys = page.keyboard;
      const closed = () => expect(page.locator('dialog[open], [popover]:popover-open')).toHaveCount(0);

      await expect(page.getByRole('button', { name: 'Try with the sample contracts' })).toBeVisible();
      await take('empty');
      await page.dispatchEvent('body', 'dragenter', { dataTransfer: await page.evaluateHandle(() => {
        const data = new DataTransfer();
        data.items.add(new File(['x'], 'x.pdf'));
        return data;
      }) });
      await expect(page.getByText('Drop to review')).toBeVisible();
      await take('drop');
      await page.dispatchEvent('body', 'dragleave', { dataTransfer: await page.evaluateHandle(() => {
        const data = new DataTransfer();
        data.items.add(new File(['x'], 'x.pdf'));
        return data;
      }) });
      await app.startSamples();
      await app.drop(contracts);
      await app.drop([{ name: 'Framework of 400 pages.pdf', content: longContract(400) }]);
      const long = app.row('Framework of 400 pages.pdf');
      await expect(long).toHaveAttribute('data-state', 'running');
      await long.getByRole('button').first().click();
      await take('running');
      await page.getByRole('button', { name: 'Pause the queue' }).click();
      await expect(page.getByText('The queue is paused')).toBeVisible();
      await take('queue-paused');
      await page.locator('footer').getByRole('button', { name: 'Go on' }).click();
      for (const { name } of contracts.slice(0, 3)) await expect(app.row(name)).toHaveAttribute('data-state', 'completed');
      await expect(app.row('not a contract.pdf')).toHaveAttribute('data-state', 'failed');
      await app.row('not a contract.pdf').getByRole('button').first().click();
      await take('failed');
      const sample = app.row(/one-sided/i);
      await app.selectDone(sample);
      await expect(page.locator('[data-page="1"] canvas')).toBeVisible();
      await take('findings');
      await app.findings().first().getByRole('button').first().click();
      await expect(page.locator('[data-outlined] .outline').first()).toBeVisible();
      await take('finding-open');
      await keys.press('w');
      await expect(page.getByRole('region', { name: 'Why this finding?' })).toContainText('The rule');
      await take('why');
      await keys.press('w');
      await keys.press('d');
      await take('dismiss');
      await keys.press('Escape');
      await page.getByRole('button', { name: 'Filter by severity' }).click();
      await take('finding-filters');
      await keys.press('Escape');
      await closed();
      for (const tab of ['Key terms', 'Dates', 'Obligations', 'Coverage', 'History']) {
        await page.getByRole('tab', { name: tab }).click();
        await expect(page.getByRole('tabpanel').first()).toBeVisible();
        await take(tab.toLowerCase().replace(' ', '-'));
      }
      await page.getByRole('button', { name: 'Export', exact: true }).click();
      await take('export');
      await keys.press('Escape');
      await closed();
      await sample.getByRole('button', { name: /^More for/ }).click();
      await take('row-menu');
      await keys.press('Escape');
      await closed();
      await keys.press('Control+k');
      await expect(page.getByRole('option').first()).toBeVisible();
      await take('palette');
      await keys.type('renew');
      await expect(page.locator('[role="option"] mark').first()).toBeVisible();
      await take('palette-words');
      await keys.press('Escape');
      await keys.press('Control+Shift+F');
      await take('search');
      await keys.type('limit of liability');
      await expect(page.locator('[role="option"] mark').first()).toBeVisible();
      await take('search-found');
      await keys.press('Enter');
      await expect(page.locator('[data-outlined] .outline').first()).toBeVisible();
      await take('search-opened');
      await keys.press('?');
      await take('shortcuts');
      await keys.press('Escape');
      await page.getByRole('button', { name: /^Notices/ }).click();
      await take('notices');
      await keys.press('Escape');
      await closed();
      await keys.press('Control+,');
      await expect(page.getByRole('button', { name: 'Save' }).first()).toBeVisible();
      await take('settings');
      await keys.press('Escape');
      await app.selectDone(sample);
      await keys.press('Control+f');
      await keys.type('liability');
      await expect(page.locator('[data-found] .shown')).toBeVisible();
      await take('find');
      await keys.press('Escape');
      await keys.press('t');
      await expect(page.locator('[data-thumbnail] canvas').first()).toBeVisible();
      await take('thumbnails');
      await keys.press('r');
      await take('turned');
      for (const key of ['r', 'r', 'r', '9']) await keys.press(key);
      await take('whole-page');
      for (const key of ['0', 't']) await keys.press(key);

      await keys.press('p');
      await expect(page.getByRole('gridcell', { name: contracts[0]?.name })).toBeVisible();
      await take('portfolio');
      await page.getByRole('button', { name: 'Columns', exact: true }).click();
      await page.getByRole('button', { name: 'Keep Supplier in sight' }).click();
      await take('portfolio-columns');
      await keys.press('Escape');
      await page.getByRole('grid').getByRole('button', { name: 'Filter by End' }).click();
      await take('portfolio-filter');
      await keys.press('Escape');
      await page.getByLabel('Filter by any words').fill('qqxyzzy');
      await expect(page.getByRole('heading', { name: 'No contract fits' })).toBeVisible();
      await take('portfolio-none');
      await page.getByRole('button', { name: 'Clear the filter' }).last().click();
      await page.getByRole('tab', { name: 'Renewals' }).click();
      await page.getByLabel('Show what passed more than 30 days ago').check();
      await expect(page.locator('[data-renewal]').first()).toBeVisible();
      await take('renewals');

      await page.getByRole('tab', { name: 'Contracts' }).click();
      await page.getByRole('button', { name: 'Views', exact: true }).click();
      await page.getByLabel('Save this view as').fill('What ends this year');
      await keys.press('Enter');
      await expect(page.getByRole('button', { name: 'What ends this year', exact: true })).toBeVisible();
      await take('portfolio-views');
      await keys.press('Escape');

      await keys.press('b');
      await expect(page.locator('[data-position]').first()).toBeVisible();
      await take('playbook-built-in');
      await page.getByRole('button', { name: 'Duplicate' }).click();
      await expect(page.locator('[data-playbook="procurement-own"]')).toHaveAttribute('aria-current', 'true');
      const cap = page.locator('[data-position="cap-low"]');
      await cap.getByRole('button').first().click();
      await cap.getByLabel('min months').fill('36');
      await cap.getByLabel('min months').press('Tab');
      await expect(cap.getByText('otherwise 12')).toBeVisible();
      await take('playbook-changed');
      await page.getByLabel('Choose a contract').selectOption({ index: 1 });
      await expect(page.locator('[data-trial]')).not.toBeEmpty();
      await page.locator('[data-trial]').scrollIntoViewIfNeeded();
      await take('playbook-trial');
      await page.getByRole('textbox', { name: 'Text (TOML)' }).fill('id = "x"\nnames = 3\n');
      await expect(page.getByRole('button', { name: /^Go to line/ })).toBeVisible();
      await take('playbook-wrong');
      await page.getByRole('button', { name: 'Discard changes' }).click();

      await keys.press('Escape');
      await keys.press('v');
      for (const tab of ['Timing', 'Providers', 'Spending', 'What left', 'Decisions']) {
        await page.getByRole('tab', { name: tab, exact: true }).click();
        await expect(page.getByRole('region', { name: tab, exact: true })).toBeVisible();
        await take(`activity-${tab.toLowerCase().replace(' ', '-')}`);
      }

      await page.setViewportSize({ width: 640, height: 800 });
      await take('narrow-activity');
      await keys.press('b');
      await expect(page.locator('[data-position]').first()).toBeVisible();
      await take('narrow-playbook');
      await keys.press('p');
      await page.getByRole('tab', { name: 'Renewals' }).click();
      await take('narrow-renewals');
      await page.getByRole('tab', { name: 'Contracts' }).click();
      await expect(page.getByRole('gridcell').first()).toBeVisible();
      await take('narrow-portfolio');
      const panes = page.getByRole('navigation', { name: 'Panes' });
      for (const pane of ['Queue', 'Report', 'Document']) {
        await panes.getByRole('button', { name: pane }).click();
        await take(`narrow-${pane.toLowerCase()}`);
      }
      // What is left of a usual window at 400 %.
      await page.setViewportSize({ width: 360, height: 225 * 2 });
      await panes.getByRole('button', { name: 'Report' }).click();
      await take('zoomed-report');
    });
  });
}

for (const locale of ['de-DE', 'en-XA']) {
  test.describe(locale, () => {
    test.use({ locale });

    test('states in which words take the most room', async ({ app }) => {
      const take = camera(app, locale);
      const { page } = app;
      await take('empty');
      await app.drop(contracts);
      for (const { name } of contracts.slice(0, 3)) await expect(app.row(name)).toHaveAttribute('data-state', 'completed');
      await app.row('Managed services').getByRole('button').first().click();
      await expect(app.findings()).not.toHaveCount(0);
      await app.findings().first().getByRole('button').first().click();
      await take('finding-open');
      await page.keyboard.press('5');
      await take('coverage');
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('option').first()).toBeVisible();
      await take('palette');
      await page.keyboard.press('Escape');
      await expect(page.locator('dialog[open]')).toHaveCount(0);
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
      await take('shortcuts');
      await page.keyboard.press('Escape');
      await expect(page.locator('dialog[open]')).toHaveCount(0);
      await page.keyboard.press('Control+,');
      await expect(page.getByRole('dialog')).toBeVisible();
      await take('settings');
      await page.keyboard.press('Escape');
      await page.keyboard.press('p');
      await expect(page.getByRole('gridcell').first()).toBeVisible();
      await take('portfolio');
      await page.getByRole('tab').nth(1).click();
      await expect(page.locator('[data-renewal]').first()).toBeVisible();
      await take('renewals');
    });
  });
}
