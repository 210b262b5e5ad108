import { describe, expect, test } from 'vitest'
import type { RunSummary } from '@/lib/api/first/run-list'
import { person } from '@/lib/core/base/actor'
import { told } from '../testing'
import { filterChips, matchesSearch, parseRunSearch, withoutStatus, withoutWord } from './run-search'

describe('parseRunSearch', () => {
  test('filters are taken out of the words, whatever their order', () => {
    const search = parseRunSearch(
      'status:running weekly workflow:code-audit user:ada tag:nightly is:dry-run digest',
    )
    expect(search).toMatchObject({
      text: 'weekly digest',
      statuses: ['running'],
      workflow: 'code-audit',
      user: 'ada',
      tag: 'nightly',
      kind: 'dry-run',
      hints: [],
    })
  })

  test('bounds become inclusive ones, to the nanodollar and the agent', () => {
    expect(parseRunSearch('cost>5 cost<=7 agents>100')).toMatchObject({
      minNanoUsd: 5_000_000_001,
      maxNanoUsd: 7_000_000_000,
      minAgents: 101,
      maxAgents: null,
    })
    expect(parseRunSearch('cost<$.5 agents:3')).toMatchObject({
      maxNanoUsd: 499_999_999,
      minAgents: 3,
      maxAgents: 3,
    })
  })

  test('quotes hold a value together, and a word that begins with one is plain text', () => {
    expect(parseRunSearch('tag:"two words" "status:running"')).toMatchObject({
      tag: 'two words',
      statuses: [],
      text: 'status:running',
      hints: [],
    })
    expect(parseRunSearch('user:"ada love')).toMatchObject({ user: 'ada love', text: '' })
  })

  test('statuses add up, separated by commas or one by one', () => {
    expect(parseRunSearch('status:failed,paused Status:running').statuses).toEqual([
      'running',
      'paused',
      'failed',
    ])
  })

  test.each([
    ['colour:red', 'is no filter'],
    ['status:flying', 'a status is'],
    ['status:running,flying', 'a status is'],
    ['is:blue', 'a run is real, simulated, dry-run and imported'],
    ['cost>lots', 'cost>0.5'],
    ['cost>-1', 'cost>0.5'],
    ['cost<0', 'nothing is less than zero'],
    ['cost>99999999999', 'cost>0.5'],
    ['agents>1.5', 'agents>100'],
    ['user>ada', 'write user:ada'],
    ["tag:'; DROP TABLE runs;--", ''],
  ])('%s is searched as text, or taken as it is, and rubbish breaks nothing', (typed, hint) => {
    const search = parseRunSearch(typed)
    if (hint === '') expect(search).toMatchObject({ tag: "';", text: 'DROP TABLE runs;--' })
    else expect(search).toMatchObject({ text: typed, hints: [expect.stringContaining(hint)] })
  })

  test('a filter that is still being typed asks for nothing and says so', () => {
    expect(parseRunSearch('weekly tag:')).toMatchObject({ text: 'weekly', tag: null })
    expect(parseRunSearch('weekly cost>').hints).toEqual(['“cost>” needs a value.'])
  })

  test('a second value of one filter is a word, since a run has one', () => {
    expect(parseRunSearch('user:ada user:bob')).toMatchObject({ user: 'ada', text: 'user:bob' })
  })

  test.each(['Fix: the list', 'a->b', 'see https://x.org', '100% <b>', '', '   ', '"', ': > <'])(
    '%j is a title and nothing else',
    (typed) => {
      const search = parseRunSearch(typed)
      expect(search.hints).toEqual([])
      expect(search.text).toBe(typed.replaceAll('"', '').trim())
    },
  )
})

test('a status is taken out of what was typed, and the rest stays as it was typed', () => {
  expect(withoutStatus('tag:"two words" status:failed weekly status:paused "status:x"')).toBe(
    'tag:"two words" weekly "status:x"',
  )
})

describe('filters as chips', () => {
  const typed =
    'otter status:failed,paused "status:failed" cost>=$5 tag:"two words" colour:red agents>3 is:real'

  test('say what they ask for; words and what was not understood have none', () => {
    expect(filterChips(typed).map(({ label }) => label)).toEqual([
      'Status: Failed or Paused',
      'Cost >= $5',
      'Tag: two words',
      'Agents > 3',
      'Is: real',
    ])
  })

  test('are taken away one by one', () => {
    const [, cost] = filterChips(typed)
    expect(withoutWord(typed, cost?.index ?? -1)).toBe(typed.replace('cost>=$5 ', ''))
  })
})

describe('a run that is on the page', () => {
  const { run, totals, phases } = told([])
  const shown: RunSummary = {
    ...run,
    workflow: 'code-audit',
    isDryRun: false,
    isImported: false,
    isAsking: false,
    workspace: null,
    simulated: true,
    status: 'running',
    title: 'Weekly audit',
    launchedBy: person('Ada'),
    tags: ['Nightly'],
    capNanoUsd: null,
    totals: { ...totals, spentNanoUsd: 2e9, agents: { ...totals.agents, running: 3 } },
    phases,
  }

  test.each([
    ['', ''],
    ['weekly', ''],
    ['status:running', 'failed'],
    ['user:ada tag:nightly is:simulated workflow:code-audit', 'running,queued'],
    ['cost>1.99 cost<2.01 agents:3', ''],
  ])('passes %j with the status %j', (typed, status) => {
    expect(matchesSearch(shown, typed, status)).toBe(true)
  })

  test.each([
    ['', 'failed'],
    ['status:failed', 'running'],
    ['monthly', ''],
    ['user:bob', ''],
    ['tag:night', ''],
    ['is:real', ''],
    ['is:dry-run', ''],
    ['cost>2', ''],
    ['agents<3', ''],
  ])('contradicts %j with the status %j', (typed, status) => {
    expect(matchesSearch(shown, typed, status)).toBe(false)
  })
})
