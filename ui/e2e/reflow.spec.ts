import { expect, overviews, test, type AppPage } from './app';
import { makePdf, servicesContract, supplyContract } from './pdf';

/** What is left of a window of 1280 by 1024 at 400 %. */
test.use({ viewport: { width: 320, height: 256 } });

/** Nothing is cut off to the side: what is wider scrolls in a box of its own, as tables and pages may. */
async function expectReflowed(app: AppPage, where: string): Promise<void> {
  const wide = await app.page.evaluate(() => {
    const scrolls = (element: Element | null): boolean => {
      for (let up = element; up; up = up.parentElement) {
        if (['auto', 'scroll'].includes(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth) return true;
      }
      return false;
    };
    return Array.from(document.querySelectorAll('button, input, select, textarea, h1, h2, h3, p, label, a'))
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.unseen') && !scrolls(element.parentElement))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < -1 || right > document.documentElement.clientWidth + 1);
      })
      .map((element) => `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)}`);
  });
  expect(wide, where).toEqual([]);
  expect(await app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), where).toBe(0);
}

test('every screen can be used in a fourth of the width', async ({ app }) => {
  test.slow(); // Every screen there is.
  const { page } = app;
  const keys = page.keyboard;
  await expectReflowed(app, 'empty');
  await app.drop([
    { name: 'Supply agreement of Harbour Components.pdf', content: makePdf(supplyContract) },
    { name: 'Services.pdf', content: makePdf(servicesContract) },
  ]);
  const panes = page.getByRole('navigation', { name: 'Panes' });
  const to = (pane: string) => panes.getByRole('button', { name: pane }).click();
  await to('Queue');
  for (const name of ['Supply agreement', 'Services']) await expect(app.row(name)).toHaveAttribute('data-state', 'completed');
  await expectReflowed(app, 'queue');
  await app.row('Supply agreement').getByRole('button').first().click();
  await to('Report');
  await expect(app.findings()).not.toHaveCount(0);
  await expectReflowed(app, 'findings');
  await app.findings().first().getByRole('button').first().click();
  await expectReflowed(app, 'an open finding');
  for (const tab of ['Key terms', 'Dates', 'Obligations', 'Coverage', 'History']) {
    await page.getByRole('tab', { name: tab }).click();
    await expectReflowed(app, tab);
  }
  await to('Document');
  await expect(page.locator('[data-page="1"] canvas')).toBeVisible();
  await expectReflowed(app, 'document');
  for (const [key, heading] of overviews) {
    await keys.press(key);
    await expect(page.getByRole('heading', { name: heading, level: 2 })).toBeVisible();
    await expectReflowed(app, heading);
  }
  for (const tab of ['Providers', 'Spending', 'What left', 'Decisions']) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await expectReflowed(app, tab);
  }
  await keys.press('b');
  await page.getByRole('button', { name: 'Duplicate' }).click();
  await expect(page.locator('[data-playbook="procurement-own"]')).toHaveAttribute('aria-current', 'true');
  await page.locator('[data-position="cap-low"]').getByRole('button').first().click();
  await expectReflowed(app, 'a position');
  await app.expectAccessible();
  await keys.press('Escape');
  for (const [key, name] of [
    ['Control+,', 'Settings'],
    ['?', 'Keyboard shortcuts'],
    ['Control+k', 'What do you want to do?'],
  ] as const) {
    await keys.press(key);
    await expect(page.getByRole('dialog', { name })).toBeVisible();
    await expectReflowed(app, name);
    await keys.press('Escape');
    await expect(page.getByRole('dialog', { name })).toBeHidden();
  }
});
