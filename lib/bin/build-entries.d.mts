/** Bundles the threads and child processes into `outdir` (the checkout's `dist` when left out). */
export function buildEntries(outdir?: string): Promise<void>
