import type { Situation } from '../situation'
import { citedAnswer } from './cited-answer'
import { compareClaims } from './compare-claims'
import { resolveConflicts } from './conflicts'
import { extractClaims } from './extract-claims'
import { fixFinding } from './fix-finding'
import { judgeQuotes } from './judge-quotes'
import { mendFiles } from './mend'
import { findSites, proposeRename, reconcileRename } from './plan-rename'
import { renameSymbol } from './rename'
import { findUntested } from './untested'
import type { Work, Worker } from './worker'
import { writeTest } from './write-test'

/** Those whose request may quote another's come first: a conflict tells what both sides had been asked. */
const workers: readonly Worker[] = [
  resolveConflicts,
  mendFiles,
  fixFinding,
  judgeQuotes,
  compareClaims,
  citedAnswer,
  extractClaims,
  findUntested,
  writeTest,
  reconcileRename,
  proposeRename,
  findSites,
  renameSymbol,
]

/** The next step of whoever knows this kind of work; null where nobody does. */
export function workWithHands(situation: Situation): Work | null {
  for (const worker of workers) {
    const work = worker(situation)
    if (work !== null) return work
  }
  return null
}
