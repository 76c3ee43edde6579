/**
 * Quotes of real contracts lie under their outlines. COUNTERSIGN_CORPUS names a folder of PDFs; without it
 * the sample contracts stand in.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type AppPage, type Upload } from './app';
import { inkInOutline, letters, outlinedWords } from './outlined';

/** Citations that are looked at. */
const LOOKED_AT = 200;
/** Of each contract, so that no single one decides. */
const OF_EACH = 12;
/** A page's picture comes within so many milliseconds, also beside other work. */
const PAINTED_WITHIN = 10_000;
const corpus = process.env.COUNTERSIGN_CORPUS;

/** The same choice each time: a linear congruential generator. */
function chooser(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

function shuffled<T>(all: T[], choose: (below: number) => number): T[] {
  const left = [...all];
  return all.map(() => left.splice(choose(left.length), 1)[0]).filter((one) => one !== undefined);
}

async function contracts(folder: string, choose: (below: number) => number): Promise<Upload[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.pdf')).sort();
  const chosen = shuffled(names, choose).slice(0, Math.ceil((2 * LOOKED_AT) / OF_EACH));
  return Promise.all(chosen.map(async (name) => ({ name, content: await readFile(join(folder, name)) })));
}

/** Share of the first list's words that the second has too, each as often. */
function shared(wanted: string[], found: string[]): number {
  const left = [...found];
  const hits = wanted.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return wanted.length === 0 ? 1 : hits.length / wanted.length;
}

const wordsOf = (text: string) => text.split(/\s+/).map(letters).filter((word) => word !== '');

/** Shows one quote after the other; how many were looked at, and which lay elsewhere. */
async function lookAt(app: AppPage, most: number, choose: (below: number) => number): Promise<{ looked: number; missed: string[] }> {
  const missed: string[] = [];
  let looked = 0;
  const fold = app.page.getByRole('button', { name: /No action needed/ });
  if ((await fold.count()) > 0) await fold.click();
  const order = shuffled([...Array(await app.findings().count()).keys()], choose);
  for (const at of order) {
    if (looked >= most) break;
    const finding = app.findings().nth(at);
    await finding.getByRole('button').first().click();
    const quotes = finding.locator('figure');
    if ((await quotes.count()) === 0) continue;
    const quote = quotes.nth(choose(await quotes.count()));
    await quote.getByRole('button', { name: /Show on page/ }).click();
    const wanted = wordsOf(await quote.locator('blockquote').innerText());
    // Words that are cut otherwise in the text layer are the same letters all the same.
    const covered = async () => {
      const found = await outlinedWords(app);
      const whole = letters(found.join('')) === wanted.join('');
      return whole ? 1 : Math.min(shared(wanted, found.map(letters)), shared(found.map(letters).filter((word) => word !== ''), wanted));
    };
    let best = 0;
    await expect
      .poll(async () => (best = Math.max(best, await covered())), { timeout: 5000 })
      .toBeGreaterThanOrEqual(0.9)
      .catch(() => missed.push(`${best.toFixed(2)} of: ${wanted.slice(0, 12).join(' ')}`));
    // The page's words lie there before its picture is painted.
    await expect
      .poll(() => inkInOutline(app), { timeout: PAINTED_WITHIN })
      .toBeGreaterThanOrEqual(0.01)
      .catch(() => missed.push(`no ink: ${wanted.slice(0, 12).join(' ')}`));
    looked += 1;
  }
  return { looked, missed };
}

test('words of random citations lie under their outlines', async ({ app }) => {
  test.setTimeout(corpus ? 1_500_000 : 180_000);
  const choose = chooser(2026);
  if (corpus) await app.drop(await contracts(corpus, choose));
  else await app.startSamples();
  const rows = app.page.locator('[data-review]');
  await expect(rows).not.toHaveCount(0);
  const files = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-review') ?? ''));
  let looked = 0;
  const missed: string[] = [];
  for (const id of files) {
    if (looked >= LOOKED_AT) break;
    const row = app.page.locator(`[data-review="${id}"]`);
    await row.scrollIntoViewIfNeeded();
    await expect(row).toHaveAttribute('data-state', /completed|failed/, { timeout: 300_000 });
    if ((await row.getAttribute('data-state')) === 'failed') continue;
    await app.selectDone(row);
    const most = Math.min(corpus ? OF_EACH : LOOKED_AT, LOOKED_AT - looked);
    const outcome = await lookAt(app, most, choose);
    looked += outcome.looked;
    missed.push(...outcome.missed.map((what) => `${id}: ${what}`));
  }
  test.info().annotations.push({ type: 'citations', description: `${looked} looked at, ${missed.length} elsewhere` });
  expect(looked).toBeGreaterThanOrEqual(corpus ? LOOKED_AT : 40);
  expect(missed).toEqual([]);
});
