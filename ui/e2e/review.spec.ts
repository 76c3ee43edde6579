import { readFile } from 'node:fs/promises';
import { expect, test } from './app';
import { inkInOutline, letters, outlinedWords } from './outlined';
import { longContract, makePdf, supplyContract } from './pdf';

test('the sample contracts are reviewed, and each quote is outlined on its own words', async ({ app }) => {
  test.slow(); // Every quote of two contracts, one click after the other.
  await app.startSamples();
  await expect(app.page.locator('[data-review]')).not.toHaveCount(0);
  const rows = app.page.locator('[data-review]');
  const count = await rows.count();
  for (let at = 0; at < count; at += 1) await expect(rows.nth(at)).toHaveAttribute('data-state', 'completed');

  let checked = 0;
  for (let at = 0; at < count; at += 1) {
    await app.selectDone(rows.nth(at));
    const fold = app.page.getByRole('button', { name: /No action needed/ });
    if ((await fold.count()) > 0) await fold.click();
    const findings = app.findings();
    const total = await findings.count();
    for (let one = 0; one < total; one += 1) {
      const finding = findings.nth(one);
      await finding.getByRole('button').first().click();
      const quotes = finding.locator('figure');
      if ((await quotes.count()) === 0) continue;
      const quote = quotes.first();
      await quote.getByRole('button', { name: /Show on page/ }).click();
      const wanted = letters(await quote.locator('blockquote').innerText());
      await expect.poll(async () => letters((await outlinedWords(app)).join('')), { message: wanted }).toBe(wanted);
      await expect.poll(() => inkInOutline(app)).toBeGreaterThan(0.02);
      checked += 1;
    }
  }
  test.info().annotations.push({ type: 'quotes', description: String(checked) });
  expect(checked).toBeGreaterThan(50);
});

test('a click on a highlight selects its finding, and the keyboard walks the list', async ({ app }) => {
  await app.drop([{ name: 'Supply agreement.pdf', content: makePdf(supplyContract) }]);
  await app.selectDone(app.row('Supply agreement.pdf'));
  const mark = app.page.locator('[data-highlight] span').first();
  await expect(mark).toBeVisible();
  const index = await mark.locator('xpath=..').getAttribute('data-highlight');
  const box = await mark.boundingBox();
  if (!box) throw new Error('the highlight has no place');
  await app.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const selected = app.page.locator('[data-finding] article.selected');
  await expect(selected).toHaveCount(1);
  await expect(app.page.locator('[data-outlined] .outline').first()).toBeVisible();
  expect(index).not.toBeNull();

  await app.page.keyboard.press('Escape');
  await app.page.keyboard.press('Enter');
  await expect(app.page.locator('[data-finding] button:focus')).toHaveCount(1);
  const before = await selected.innerText();
  await app.page.keyboard.press('j');
  await expect(selected).not.toHaveText(before);
  await app.page.keyboard.press('/');
  await expect(app.page.getByLabel('Filter findings')).toBeFocused();
  await app.page.keyboard.type('no such words');
  await expect(app.page.getByText('No finding matches the filter.')).toBeVisible();
  await app.page.getByRole('button', { name: 'Clear the filter' }).last().click();
  await expect(app.findings()).not.toHaveCount(0);
});

test('a contract dropped twice is reviewed once', async ({ app }) => {
  const content = makePdf(supplyContract);
  await app.drop([{ name: 'Supply agreement.pdf', content }]);
  await expect(app.row('Supply agreement.pdf')).toHaveAttribute('data-state', 'completed');
  await app.drop([{ name: 'Supply agreement.pdf', content }]);
  await expect(app.page.getByText('Supply agreement.pdf was already reviewed')).toBeVisible();
  await expect(app.row('Supply agreement.pdf')).toHaveCount(1);
});

test('the risk summary is exported in every form', async ({ app }) => {
  await app.drop([{ name: 'Supply agreement.pdf', content: makePdf(supplyContract) }]);
  await app.selectDone(app.row('Supply agreement.pdf'));
  for (const [form, ending, begins] of [
    ['PDF summary', '.pdf', '%PDF-'],
    ['Word document', '.docx', 'PK'],
    ['Markdown', '.md', '# Risk summary'],
    ['Excel workbook', '.xlsx', 'PK'],
    ['Calendar', '.ics', 'BEGIN:VCALENDAR'],
    ['CSV', '.csv', 'contract,'],
    ['JSON', '.json', '{'],
  ] as const) {
    await app.page.keyboard.press('Control+e');
    const download = app.page.waitForEvent('download');
    await app.page.getByRole('menuitem', { name: new RegExp(`^${form}`) }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(new RegExp(`\\${ending}$`));
    const text = await readFile(await file.path(), 'utf8');
    expect(text.length).toBeGreaterThan(100);
    expect(text.startsWith(begins)).toBe(true);
    if (form === 'JSON') expect(JSON.parse(text).contract.file).toBe('Supply agreement.pdf');
  }
});

test('every tab of a report shows what it says', async ({ app }) => {
  await app.drop([{ name: 'Supply agreement.pdf', content: makePdf(supplyContract) }]);
  await app.selectDone(app.row('Supply agreement.pdf'));
  for (const name of ['Key terms', 'Dates', 'Obligations']) {
    await app.page.getByRole('tab', { name }).click();
    await expect(app.page.getByRole('tabpanel')).not.toBeEmpty();
  }
  await app.page.getByRole('tab', { name: 'Coverage' }).click();
  await expect(app.page.getByRole('tabpanel')).toContainText('1 of 1');
  await app.page.getByRole('tab', { name: 'History' }).click();
  await expect(app.page.getByRole('tabpanel')).toContainText('Reading');
  await expect(app.page.getByRole('tabpanel')).toContainText('Done');
});

test('of four hundred pages only those in sight are drawn', async ({ app }) => {
  await app.drop([{ name: 'Long.pdf', content: longContract(400) }]);
  const number = app.page.getByLabel('Page', { exact: true });
  await expect(number).toBeVisible();
  await expect(app.page.getByText('of 400')).toBeVisible();
  await number.fill('250');
  await number.press('Enter');
  const page = app.page.locator('[data-page="250"]');
  await expect(page.locator('canvas')).toBeVisible();
  await expect(page.locator('.textLayer')).toContainText('deliver item 9961');
  expect(await app.page.locator('[data-page]').count()).toBeLessThan(8);
});
