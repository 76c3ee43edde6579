import { defineConfig } from '@playwright/test';
import base from './playwright.config';

/** Pictures of every state, in light and dark; `cargo xtask gallery` says where they go. */
export default defineConfig({ ...base, testMatch: '**/*.shots.ts', timeout: 240_000, outputDir: 'test-results/gallery' });
