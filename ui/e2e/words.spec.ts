import { expect, test, type AppPage } from './app';
import { makePdf, servicesContract } from './pdf';

/** A reviewed contract, found without a word of any language. */
async function review(app: AppPage): Promise<void> {
  await app.drop([{ name: 'Services.pdf', content: makePdf(servicesContract) }]);
  await expect(app.row('Services.pdf')).toHaveAttribute('data-state', 'completed');
  await expect(app.findings()).not.toHaveCount(0);
}

test.describe('on a German system', () => {
  test.use({ locale: 'de-DE' });

  test('the window speaks German and writes dates as Germans do', async ({ app }) => {
    await app.page.clock.setFixedTime(new Date(2026, 11, 10, 12));
    await review(app);
    await expect(app.page.locator('html')).toHaveAttribute('lang', 'de');
    await expect(app.page.getByRole('button', { name: 'Verträge hinzufügen' })).toBeVisible();
    await expect(app.page.getByRole('tab', { name: 'Befunde' })).toBeVisible();
    await app.page.getByRole('button', { name: 'Portfolio' }).click();
    await expect(app.page.getByRole('columnheader', { name: /Kündigung bis/ })).toBeVisible();
    await expect(app.page.getByRole('gridcell', { name: '01.03.2019' })).toBeVisible();
    await app.page.getByRole('tab', { name: 'Verlängerungen' }).click();
    await expect(app.page.locator('[data-urgency="overdue"]')).toContainText('Seit 9 Tagen überfällig');
    await app.expectAccessible();
  });
});

test.describe('in the pseudo-locale', () => {
  test.use({ locale: 'en-XA' });

  test('every word of the window itself is marked, and longer words push nothing out of it', async ({ app }) => {
    await review(app);
    const unmarked = () =>
      app.page.evaluate(() => {
        const said = [...document.querySelectorAll('button, [role="tab"], label, h1, h2, [role="columnheader"]')];
        return said
          .filter((element) => element.checkVisibility())
          .flatMap((element) => [element.getAttribute('aria-label') ?? '', element.children.length === 0 ? (element.textContent ?? '') : ''])
          .map((text) => text.trim())
          .filter((text) => /\p{L}{3,}/u.test(text) && !text.includes('⟦'));
      });
    const wide = () => app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    // Names of files and parties are nobody's words.
    const names = /^(Services\.pdf|Countersign|Acme Works Ltd|Bramley Foods Ltd)$/;
    const own = async () => (await unmarked()).filter((text) => !names.test(text));
    expect(await own()).toEqual([]);
    expect(await wide()).toBe(0);
    await app.page.keyboard.press('p');
    await expect(app.page.getByRole('grid')).toBeVisible();
    expect(await own()).toEqual([]);
    expect(await wide()).toBe(0);
    await app.page.keyboard.press('Control+,');
    await expect(app.page.getByRole('dialog')).toBeVisible();
    expect(await wide()).toBe(0);
  });
});
