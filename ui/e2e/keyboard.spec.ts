import { readFile } from 'node:fs/promises';
import { expect, overviews, test, type AppPage } from './app';

/** Most steps from one end of a screen to the other. */
const MOST_STEPS = 80;

/** What has the focus, in the words of a screen reader, and whether it can be seen that it has. */
async function focused(app: AppPage): Promise<{ name: string; seen: boolean }> {
  return app.page.evaluate(() => {
    const on = document.activeElement;
    if (!(on instanceof HTMLElement) || on === document.body) return { name: '', seen: true };
    const name = on.getAttribute('aria-label') ?? on.innerText.trim();
    // A field may carry the mark on the box around it.
    const marked = [on, on.parentElement, on.parentElement?.parentElement].some((element) => {
      const style = element && getComputedStyle(element);
      return style && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none');
    });
    const { width, height } = on.getBoundingClientRect();
    return { name, seen: marked && width > 0 && height > 0 };
  });
}

/** Goes on with a key until it stands on what is wanted; each stop must be seen. */
async function stepTo(app: AppPage, name: RegExp, key = 'Tab'): Promise<void> {
  const stops: string[] = [];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await app.page.keyboard.press(key);
    const stop = await focused(app);
    expect(stop.seen, `focus can be seen on “${stop.name}”`).toBe(true);
    if (name.test(stop.name)) return;
    stops.push(stop.name.slice(0, 40));
  }
  throw new Error(`${name} was not reached by ${key}: ${stops.join(' | ')}`);
}

test('from the empty window to a saved summary without a mouse', async ({ app }) => {
  test.slow(); // A whole working day.
  const { page } = app;
  const keys = page.keyboard;

  await stepTo(app, /Try with the sample contracts/);
  await keys.press('Enter');
  const done = page.locator('[data-review][data-state="completed"]');
  await expect(done).toHaveCount(2);

  // Through the queue, into a report.
  await keys.press('Escape');
  await keys.press('ArrowDown');
  const chosen = page.locator('[data-review] [aria-current="true"]');
  await expect(chosen).toHaveCount(1);
  await keys.press('ArrowUp');
  if (!/one-sided/.test(await chosen.innerText())) await keys.press('ArrowDown');
  await expect(chosen).toContainText('one-sided');
  await keys.press('Enter');
  const selected = page.locator('[data-finding]:has(article.selected)');
  await expect(selected).toHaveCount(1);
  expect((await focused(app)).seen).toBe(true);
  await keys.press('ArrowDown');
  await keys.press('ArrowUp');

  // A finding is opened, its words are shown on the page, and the reason for it is read.
  await keys.press('Enter');
  await stepTo(app, /Show on page/);
  await keys.press('Enter');
  await expect(page.locator('[data-outlined] .outline').first()).toBeVisible();
  await keys.press('w');
  await expect(page.getByRole('region', { name: 'Why this finding?' })).toBeVisible();
  await keys.press('a');
  await expect(page.locator('[data-settled="accepted"]')).toHaveCount(1);
  await keys.press('u');
  await expect(page.locator('[data-settled="accepted"]')).toHaveCount(0);

  // The parts of the report, by their numbers and by the arrows of their list.
  await keys.press('2');
  await expect(page.getByRole('tab', { name: 'Key terms' })).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('tab', { name: 'Key terms' }).focus();
  await keys.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Dates' })).toBeFocused();
  await stepTo(app, /^Dates$/);

  // The document: search in it, and back.
  await keys.press('Control+f');
  await keys.type('liability');
  await keys.press('Enter');
  await expect(page.getByText(/^\d+ of \d+$/).first()).toBeVisible();
  await keys.press('Escape');

  // The screens over all contracts.
  for (const [key, heading] of overviews) {
    await keys.press(key);
    await expect(page.getByRole('heading', { name: heading, level: 2 })).toBeVisible();
    expect((await focused(app)).seen, heading).toBe(true);
    await keys.press(key);
  }

  // Dialogs keep the focus and give it back.
  for (const [key, name] of [
    ['Control+,', 'Settings'],
    ['?', 'Keyboard shortcuts'],
  ] as const) {
    await keys.press(key);
    const dialog = page.getByRole('dialog', { name });
    await expect(dialog).toBeVisible();
    for (let step = 0; step < 12; step += 1) {
      await keys.press('Tab');
      const stop = await focused(app);
      expect(stop.seen, `focus can be seen on “${stop.name}” of ${name}`).toBe(true);
    }
    await keys.press('Escape');
    await expect(dialog).toBeHidden();
  }

  await keys.press('Control+e');
  await stepTo(app, /^Markdown/, 'ArrowDown');
  const saved = page.waitForEvent('download');
  await keys.press('Enter');
  const path = await (await saved).path();
  expect(await readFile(path, 'utf8')).toContain('# ');
});
