/** Marks the modules of a build's `static` folder to be compiled at once; gives how many. Rejects where there are none. */
export function markModulesEager(staticFolder: string): Promise<number>
