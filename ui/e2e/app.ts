/**
 * A page on a running engine. Each test gets its own server and data folder, and fails when the page
 * broke the content security policy or wrote an error to its console.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type Locator, type Page } from '@playwright/test';

const ui = dirname(dirname(fileURLToPath(import.meta.url)));
/** The program that serves; others are built beside it. */
export const binary = resolve(ui, process.env.COUNTERSIGN_BIN ?? '../target/debug/countersign');

interface Served {
  url: string;
  process: ChildProcess;
}

async function serve(dataFolder: string): Promise<Served> {
  const child = spawn(binary, ['serve', '--ui', join(ui, 'build'), '--data-dir', dataFolder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Nobody's own keychain is touched.
    env: { ...process.env, COUNTERSIGN_KEYCHAIN: 'off' },
  });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((found, failed) => {
    lines.once('line', (line) => found(JSON.parse(line).url));
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`${binary} serve ended with ${code}`)));
  });
  return { url, process: child };
}

/** Asks politely, then insists: a server must not outlive its test. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(insist);
}

/** The screens over all contracts: key and heading. */
export const overviews = [
  ['p', 'Portfolio'],
  ['b', 'Playbooks'],
  ['v', 'Activity'],
] as const;

export interface Upload {
  name: string;
  content: Buffer;
}

export class AppPage {
  readonly page: Page;
  readonly url: string;

  constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
  }

  async open(): Promise<void> {
    await this.page.goto(this.url);
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
  }

  row(file: string | RegExp): Locator {
    return this.page.locator('[data-review]').filter({ hasText: file });
  }

  findings(): Locator {
    return this.page.locator('[data-finding]');
  }

  async startSamples(): Promise<void> {
    await this.page.getByRole('button', { name: 'Try with the sample contracts' }).click();
  }

  async selectDone(row: Locator): Promise<void> {
    await expect(row).toHaveAttribute('data-state', 'completed');
    await row.getByRole('button').first().click();
    await expect(this.page.getByRole('button', { name: 'Export' })).toBeVisible();
  }

  /** A real drop event with real files, as the browser makes it. */
  async drop(uploads: Upload[]): Promise<void> {
    const files = uploads.map(({ name, content }) => ({ name, base64: content.toString('base64') }));
    const transfer = await this.page.evaluateHandle((list) => {
      const data = new DataTransfer();
      for (const { name, base64 } of list) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name, { type: 'application/pdf' }));
      }
      return data;
    }, files);
    await this.page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
    await expect(this.page.locator('[data-drop]')).toBeVisible();
    await this.page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
    await this.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await expect(this.page.locator('[data-drop]')).toBeHidden();
  }

  async expectAccessible(): Promise<void> {
    const found = await new AxeBuilder({ page: this.page }).analyze();
    const told = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    expect(told).toEqual([]);
  }
}

export const test = base.extend<{ app: AppPage }>({
  app: async ({ page }, use) => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'countersign-e2e-'));
    const served = await serve(dataFolder);
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
        console.error(`content security policy: ${violatedDirective} ${blockedURI} ${sourceFile}`);
      });
    });
    const app = new AppPage(page, served.url);
    await app.open();
    await use(app);
    expect(complaints).toEqual([]);
    await page.close();
    await end(served.process);
    await rm(dataFolder, { recursive: true, force: true });
  },
});

export { expect };
