import { defineConfig } from '@playwright/test';

/** The real engine behind its own HTTP server, one for each test; the system's Chromium. */
export default defineConfig({
  testDir: 'e2e',
  timeout: 90_000,
  expect: { timeout: 30_000 },
  workers: 2,
  // On a busy machine one test of many may meet a stall; what passes only then is listed as flaky, to be looked into.
  retries: 1,
  forbidOnly: true,
  reporter: 'list',
  outputDir: 'test-results',
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
    screenshot: 'only-on-failure',
  },
});
