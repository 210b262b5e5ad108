import type { RunCosts } from '@/lib/api/run-costs'
import type { RunResult, Transcript } from '@/lib/api/runs'
import type { RunNote } from '@/lib/core/ports/run-note-store'
import { fromSnapshot, type Snapshot } from '@/lib/core/run/state'
import { phaseGroups } from '../agent/phase-groups'
import { allTokens } from '../agent/run-spend'
import { outcomeCountsSentence } from '../agent/status-counts'
import { displayStatusOf, runStatusDisplay, statusLabels } from '../agent/status-display'
import { transcriptParts } from '../agent/transcript'
import { modelName } from '../format/model-name'
import { moneyWords, usdIn } from '../format/money'
import { formatCount, formatTokens, plural } from '../format/numbers'
import { formatDuration } from '../format/time'
import { phaseProgress, phaseSpan } from '../timeline/phase-progress'
import type { RunHistory } from '../timeline/timeline-history'
import { costHtml } from './cost-html'
import { escapeHtml as e } from './escape'
import type { FilmFrame } from './film-frames'
import { localTimes, timeHtml } from './local-times'
import { filmSvg } from './map-film'
import { mapSvg } from './map-picture'
import { notesHtml } from './notes'
import { problemsHtml, resultHtml } from './result-html'
import { iconSvg, statusLegend } from './status-cells'
import { reportStyle } from './style'
import { timelineHtml } from './timeline-picture'
import { tookWords } from './took'

/** What a page is made of. */
export type PageContents = {
  snapshot: Snapshot
  costs: RunCosts
  result: RunResult
  history: RunHistory
  /** The pictures of its film; none for a page without one. */
  frames: readonly FilmFrame[]
  /** What people wrote about it. */
  notes: readonly RunNote[]
}

/** What a page needs done that the ground cannot do. */
export type PageMakers = {
  /** Markdown that others wrote as HTML that can do nothing: no scripts, no pictures, links by http(s) alone. */
  report: (markdown: string) => string
  /** SHA-256 of a text in base64. */
  sha256: (text: string) => string
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%234b45d6'/%3E%3Cg fill='none' stroke='%23fff' stroke-width='2.4' stroke-linecap='round'%3E%3Cpath d='M7 16C11 16 12 8 25 8M7 16H25M7 16C11 16 12 24 25 24'/%3E%3C/g%3E%3C/svg%3E"

/**
 * Everything above the transcripts. The policy in its head lets nothing be fetched and no script run but the
 * one that tells local times, whatever a model has written.
 */
export function htmlHead(contents: PageContents, { report, sha256 }: PageMakers): string {
  const { snapshot, costs, result, history, frames, notes } = contents
  const { run, phases } = snapshot
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${sha256(localTimes)}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer"><link rel="icon" href="${icon}">
<title>${e(run.title)} · Skein</title><style>${reportStyle}</style></head><body><main>
<header><h1 dir="auto">${e(run.title)}</h1>${factsHtml(snapshot)}
<nav aria-label="Parts">${partsOf(notes)
    .map(([id, name]) => `<a href="#part-${id}">${name}</a>`)
    .join(' ')}</nav></header>
${heading('result')}${resultHtml(snapshot, result, report)}${
  notes.length === 0
    ? ''
    : `
${heading('notes')}${notesHtml(notes)}`
}
${heading('map')}<div class="wide" tabindex="0" role="region" aria-label="Map">${mapSvg(fromSnapshot(snapshot))}</div>${statusLegend(snapshot)}${filmHtml(snapshot, frames)}
${heading('phases')}${phasesHtml(snapshot)}
${heading('timeline')}${timelineHtml(history)}
${heading('problems')}${problemsHtml(snapshot)}
${heading('cost')}${costHtml(costs, phases, run.simulated)}
${heading('agents')}${agentsHtml(snapshot)}
${heading('transcripts')}
`
}

/** One agent's transcript, folded away. */
export function htmlAgent(transcript: Transcript, simulated: boolean): string {
  const money = moneyWords(simulated)
  const usd = usdIn(simulated)
  const { agent } = transcript
  const pre = (text: string) => `<pre dir="auto">${e(text)}</pre>`
  const drawn = transcriptParts(transcript).map((part) => {
    if (part.kind === 'text') return pre(part.text)
    if (part.kind === 'thinking') return `<details><summary>Thinking</summary>${pre(part.text)}</details>`
    if (part.kind === 'said') return `<h4>User message</h4>${pre(part.text)}`
    if (part.kind === 'tool')
      return `<details><summary>${e(part.call.name)}</summary>${pre(JSON.stringify(part.call.input, null, 2))}${pre(part.call.output ?? 'no answer')}</details>`
    if (part.kind === 'failed')
      return `<p>Attempt at turn ${part.failed.turn} failed: ${e(money(part.failed.message))}</p>`
    return ''
  })
  const status = displayStatusOf(agent)
  return `<details id="${e(agent.id)}"><summary>${iconSvg(status)} <bdi>${e(agent.label)}</bdi> · ${statusLabels[status]} · ${usd(agent.costNanoUsd)}</summary><h4>Prompt</h4>${pre(transcript.prompt)}${drawn.join('')}</details>\n`
}

/** What closes the page. */
export const htmlTail = `</main><script>${localTimes}</script></body></html>\n`

const parts = [
  ['result', 'Result'],
  ['notes', 'Notes'],
  ['map', 'Map'],
  ['phases', 'Phases'],
  ['timeline', 'Timeline'],
  ['problems', 'Failures and flags'],
  ['cost', 'Cost'],
  ['agents', 'Agents'],
  ['transcripts', 'Transcripts'],
] as const

/** A page without notes has no such part. */
function partsOf(notes: readonly RunNote[]): (typeof parts)[number][] {
  return parts.filter(([id]) => id !== 'notes' || notes.length > 0)
}

/** The heading of a part; its anchor cannot meet that of an agent. */
function heading(part: (typeof parts)[number][0]): string {
  return `<h2 id="part-${part}">${parts.find(([id]) => id === part)?.[1] ?? ''}</h2>`
}

/** The map as it came to be, folded away: it moves once it is opened. */
function filmHtml(snapshot: Snapshot, frames: readonly FilmFrame[]): string {
  if (frames.length === 0) return ''
  const film = filmSvg(fromSnapshot(snapshot), frames, true)
  return `<details><summary>Replay</summary><div class="wide" tabindex="0" role="region" aria-label="Replay">${film}</div></details>`
}

function factsHtml(snapshot: Snapshot): string {
  const { run, totals, outcomeCounts } = snapshot
  const money = moneyWords(run.simulated)
  const usd = usdIn(run.simulated)
  const state = `${runStatusDisplay(run.status).label}${run.reason === null ? '' : `: ${money(run.reason)}`}`
  const started = run.startedAt === null ? 'never' : `${timeHtml(run.startedAt)}, ${e(tookWords(snapshot))}`
  const facts: [string, string][] = [
    ['State', e(state)],
    ['Agents', e(outcomeCountsSentence(outcomeCounts))],
    ['Workflow', `<bdi>${e(run.workflow?.name ?? 'pasted script')}</bdi>`],
    ['Model', e(`${modelName(run.model)}${run.simulated ? ' (simulated: nothing was paid)' : ''}`)],
    ['Started', started],
    ['Cost', e(`${usd(totals.spentNanoUsd)} booked, ${usd(totals.unsettledNanoUsd)} unsettled`)],
    ['Tokens', e(`${formatTokens(allTokens(totals))} in ${plural(totals.turns, 'turn')}`)],
  ]
  return `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>`
}

function phasesHtml(snapshot: Snapshot): string {
  const usd = usdIn(snapshot.run.simulated)
  const state = fromSnapshot(snapshot)
  const rows = phaseGroups(snapshot.phases)
    .of(snapshot.phases)
    .map((phase) => {
      const { title, total, segments, spentNanoUsd } = phaseProgress(phase)
      const span = phaseSpan(state, title)
      const took = span === null || span.to === null ? '' : ` · ${formatDuration(span.to - span.from)}`
      const counts = segments.map(
        ({ displayStatus, count }) => `${count} ${statusLabels[displayStatus].toLowerCase()}`,
      )
      const bar = segments
        .map(({ displayStatus, count }) => `<i class="b-${displayStatus}" style="flex-grow:${count}"></i>`)
        .join('')
      return `<li><bdi>${e(title)}</bdi><span class="n">${plural(total, 'agent')} · ${e(usd(spentNanoUsd))}${took}</span><div class="stack">${bar}</div><span class="soft">${counts.join(', ') || 'not started'}</span></li>`
    })
  return rows.length === 0
    ? '<p>The script named no phases.</p>'
    : `<ul class="bars phases">${rows.join('')}</ul>`
}

function agentsHtml({ run, agents }: Snapshot): string {
  const usd = usdIn(run.simulated)
  const rows = agents.map((agent) => {
    const status = displayStatusOf(agent)
    return `<tr><th scope="row"><a href="#${e(agent.id)}"><bdi>${e(agent.label)}</bdi></a></th><td>${e(agent.phase ?? '')}</td><td class="s-${status}">${statusLabels[status]}</td><td>${e(modelName(agent.model))}</td><td class="n">${formatCount(agent.turns)}</td><td class="n">${formatTokens(allTokens(agent.usage))}</td><td class="n">${usd(agent.costNanoUsd)}</td></tr>`
  })
  const head = ['Agent', 'Phase', 'State', 'Model', 'Turns', 'Tokens', 'Cost']
    .map((one) => `<th scope="col">${one}</th>`)
    .join('')
  const table = `<div class="wide" tabindex="0" role="region" aria-label="Agents"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  return agents.length > 100
    ? `<details><summary>${plural(agents.length, 'agent')}</summary>${table}</details>`
    : table
}
