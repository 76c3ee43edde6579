import { defineConfig } from '@playwright/test';
import base from './playwright.config';

/** How the window moves under load; `cargo xtask bench window` says what it is measured beside. */
export default defineConfig({
  ...base,
  testMatch: '**/*.measures.ts',
  timeout: 600_000,
  workers: 1,
  outputDir: 'test-results/measures',
});
