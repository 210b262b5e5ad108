import type { Acts } from './app'
import { checkWorkflow } from './runs/check-workflow'

/** The verbs that every app gives its engine. */
export const acts: Acts = { checkWorkflow }
