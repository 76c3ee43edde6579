import { expect, test } from './app';
import { longContract, makePdf, supplyContract } from './pdf';

test('pages fit by width or as a whole, turn, and keep their marks on the words', async ({ app }) => {
  await app.drop([{ name: 'Supply.pdf', content: makePdf(supplyContract) }]);
  await app.page.setViewportSize({ width: 1440, height: 620 });
  await app.selectDone(app.row('Supply.pdf'));
  await app.findings().first().getByRole('button').first().click();
  const page = app.page.locator('[data-page="1"]');
  const outline = page.locator('[data-outlined] .outline').first();
  await expect(page.locator('canvas')).toBeVisible();
  await expect(outline).toBeVisible();
  const pane = app.page.getByRole('region', { name: 'Pages' });
  const box = async (what: typeof page) => {
    const found = await what.boundingBox();
    if (!found) throw new Error('it is on screen');
    return found;
  };

  await app.page.keyboard.press('9');
  await expect.poll(async () => (await box(page)).height).toBeLessThanOrEqual((await box(pane)).height);
  await app.page.keyboard.press('0');
  await expect.poll(async () => (await box(page)).height).toBeGreaterThan((await box(pane)).height);

  const upright = await box(page);
  const marked = await box(outline);
  const share = { left: (marked.x - upright.x) / upright.width, top: (marked.y - upright.y) / upright.height, high: marked.height / upright.height };
  await app.page.getByRole('button', { name: 'Turn to the right' }).click();
  await expect.poll(async () => (await box(page)).width > (await box(page)).height).toBe(true);
  const lying = await box(page);
  const turned = await box(outline);
  // What was to the left is above now, and what was at the top is at the right.
  expect((turned.y - lying.y) / lying.height).toBeCloseTo(share.left, 2);
  expect((lying.x + lying.width - turned.x - turned.width) / lying.width).toBeCloseTo(share.top, 2);
  expect(turned.width / lying.width).toBeCloseTo(share.high, 2);
  await page.click({ position: { x: turned.x - lying.x + turned.width / 2, y: turned.y - lying.y + turned.height / 2 } });
  await expect(app.page.locator('article.selected')).toHaveCount(1);
});

test('small pages show where findings are, draw only what is seen and lead to their page', async ({ app }) => {
  await app.drop([{ name: 'Long.pdf', content: longContract(60) }]);
  await app.selectDone(app.row('Long.pdf'));
  await app.page.keyboard.press('t');
  const strip = app.page.getByRole('navigation', { name: 'Small pages' });
  await expect(strip.locator('canvas').first()).toBeVisible();
  expect(await strip.getByRole('button').count()).toBeLessThan(30);
  await strip.getByRole('button', { name: /^Page 3\b/ }).click();
  await expect(app.page.getByLabel('Page', { exact: true })).toHaveValue('3');
  await expect(strip.locator('[aria-current="page"]')).toHaveAccessibleName(/^Page 3\b/);
  await app.page.keyboard.press('ArrowDown');
  await expect(strip.locator('button:focus')).toHaveAccessibleName(/^Page 4\b/);
  await app.page.getByLabel('Page', { exact: true }).fill('50');
  await app.page.keyboard.press('Enter');
  await expect(strip.getByRole('button', { name: /^Page 50\b/ })).toBeInViewport();
  await app.page.keyboard.press('Escape');
});

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    test('small pages and turned ones are accessible', async ({ app }) => {
      await app.drop([{ name: 'Supply.pdf', content: makePdf(supplyContract) }]);
      await app.selectDone(app.row('Supply.pdf'));
      await app.page.getByRole('button', { name: 'Small pages' }).click();
      const strip = app.page.getByRole('navigation', { name: 'Small pages' });
      await expect(strip.locator('canvas')).toBeVisible();
      await expect(strip.getByRole('button', { name: /Page 1, \d+ findings?/ })).toBeVisible();
      await app.expectAccessible();
      await app.page.getByRole('button', { name: 'Turn to the right' }).click();
      await app.expectAccessible();
    });
  });
}
