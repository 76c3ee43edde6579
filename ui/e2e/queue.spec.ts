import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { binary, expect, test } from './app';
import { longContract, makePdf, supplyContract } from './pdf';


/** A model server on this computer that refuses its first question. */
async function modelServer(...faults: string[]): Promise<{ url: string; end: () => void }> {
  const program = join(dirname(binary), 'fault_server');
  const child = spawn(program, faults, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((found, failed) => {
    lines.once('line', found);
    child.once('error', failed);
  });
  return { url, end: () => child.kill('SIGKILL') };
}

test('a held queue begins nothing until it goes on', async ({ app }) => {
  await app.drop([{ name: 'Long.pdf', content: longContract(200) }]);
  await app.page.getByRole('button', { name: 'Pause the queue' }).click();
  await expect(app.page.getByText('The queue is paused')).toBeVisible();
  await app.drop([{ name: 'Later.pdf', content: makePdf(supplyContract) }]);
  await expect(app.row('Later.pdf')).toHaveAttribute('data-state', 'queued');
  await app.page.reload();
  await expect(app.page.getByText('The queue is paused')).toBeVisible();
  await expect(app.row('Later.pdf')).toHaveAttribute('data-state', 'queued');
  await app.expectAccessible();
  await app.page.getByRole('button', { name: 'Go on' }).click();
  await expect(app.row('Later.pdf')).toHaveAttribute('data-state', 'completed');
});

test('one review is held, let go and put first from its row', async ({ app }) => {
  await app.drop([{ name: 'Long.pdf', content: longContract(200) }]);
  const row = app.row('Long.pdf');
  const choose = async (action: string) => {
    await row.hover();
    await row.getByRole('button', { name: 'More for Long.pdf' }).click();
    await app.page.getByRole('menuitem', { name: action }).click();
  };
  await choose('Pause');
  await expect(row).toHaveAttribute('data-state', 'paused');
  await expect(app.page.getByRole('heading', { name: 'Paused' })).toBeVisible();
  await app.expectAccessible();
  await choose('Go on');
  await expect(row).toHaveAttribute('data-state', /running|queued/);
  await choose('Stop after this step');
  await expect(row).toHaveAttribute('data-state', 'stopped');
});

test('a deleted contract comes back when it is undone', async ({ app }) => {
  await app.drop([{ name: 'Supply agreement.pdf', content: makePdf(supplyContract) }]);
  const row = app.row('Supply agreement.pdf');
  await expect(row).toHaveAttribute('data-state', 'completed');
  await row.hover();
  await row.getByRole('button', { name: 'More for Supply agreement.pdf' }).click();
  await app.page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
  await expect(app.page.getByText('Supply agreement.pdf is deleted')).toBeVisible();
  await app.page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toHaveAttribute('data-state', 'completed');
});

test('a provider that refuses its key holds the review, and asked again it answers', async ({ app }) => {
  const server = await modelServer('--next', '401');
  try {
    await app.page.keyboard.press('Control+,');
    const settings = app.page.getByRole('dialog', { name: 'Settings' });
    await settings.getByRole('button', { name: 'Add a provider' }).click();
    await settings.getByLabel(/Short name/).fill('local');
    await settings.getByRole('textbox', { name: 'Address' }).fill(server.url);
    await settings.getByLabel('Model', { exact: true }).fill('test');
    await settings.getByLabel('US$ for a million tokens read').fill('2.5');
    await settings.getByLabel('US$ for a million tokens written').fill('10');
    await settings.locator('form', { hasText: 'Address' }).getByRole('button', { name: 'Save' }).click();
    await expect(settings.getByText('Asked as no. 1')).toBeVisible();
    await app.page.keyboard.press('Escape');

    await app.drop([{ name: 'Supply agreement.pdf', content: makePdf(supplyContract) }]);
    const row = app.row('Supply agreement.pdf');
    await expect(row).toHaveAttribute('data-state', 'waiting');
    await row.getByRole('button').first().click();
    await app.expectAccessible();
    await app.page.getByRole('button', { name: 'Check the provider' }).click();
    await settings.getByRole('button', { name: 'Ask again' }).click();
    await expect(settings.getByRole('button', { name: 'Ask again' })).toBeHidden();
    await settings.getByRole('button', { name: 'Test' }).click();
    await expect(settings.getByText(/It works/)).toBeVisible();
    await app.page.keyboard.press('Escape');
    await expect(row).toHaveAttribute('data-state', 'completed');
    await app.page.keyboard.press('Control+,');
    await expect(settings.getByText(/^[1-9]\d* calls?$/)).toBeVisible();
    await app.expectAccessible();
  } finally {
    server.end();
  }
});
