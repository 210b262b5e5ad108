import type { config as configure, z as whole } from 'zod'

/** As much of zod's `z` as contracts and pages are written with; the rest of its type is not there. */
export declare const z: typeof whole
export declare const config: typeof configure
