import type { BuildOptions } from 'esbuild'

/** How a program is bundled that Node starts by itself: packages with it, but for those found at run time. */
export const programOptions: BuildOptions

/** Bundles the threads and child processes into `outdir` (the checkout's `dist` when left out). */
export function buildEntries(outdir?: string): Promise<void>
