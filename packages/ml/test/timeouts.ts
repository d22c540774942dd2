import { vi } from 'vitest';

// Each import starts a process, which takes seconds on a machine at work.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
