import { formatCount, plural } from '../format/numbers'

type Act = 'cancel' | 'delete' | 'tag' | 'untag'
type State = 'waiting' | 'done' | 'already' | 'failed'

const done: Record<Act, string> = {
  cancel: 'cancelled',
  delete: 'deleted',
  tag: 'tagged',
  untag: 'untagged',
}
const already: Record<Act, string> = {
  cancel: 'had already ended',
  delete: 'was already deleted',
  tag: 'had the tag already',
  untag: 'did not have the tag',
}

/** How far a bulk act is: "2 of 3 cancelled, 1 had already ended". */
export function bulkProgress(act: Act, items: readonly { state: State }[]): string {
  const count = (state: State) => items.filter((item) => item.state === state).length
  const [were, failed] = [count('already'), count('failed')]
  return [
    `${formatCount(count('done'))} of ${formatCount(items.length)} ${done[act]}`,
    ...(were > 0
      ? [`${formatCount(were)} ${were === 1 ? already[act] : already[act].replace('was', 'were')}`]
      : []),
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
  ].join(', ')
}

/** What cancelling means, before it is done. */
export function cancelWords(open: number, ended: number, agentsAtWork: number): string {
  const atWork =
    agentsAtWork === 0
      ? 'No agents are running in them.'
      : `${plural(agentsAtWork, 'agent is', 'agents are')} running; in-flight turns are interrupted.`
  const rest =
    ended === 0
      ? []
      : [
          `${plural(ended, 'run')} of the ${open + ended} ${ended === 1 ? 'has' : 'have'} ended and ${ended === 1 ? 'stays' : 'stay'} as ${ended === 1 ? 'it is' : 'they are'}.`,
        ]
  return [atWork, 'Finished answers are kept.', ...rest].join(' ')
}

/** What deleting means, before it is done. */
export function deleteWords(open: number, spent: string): string {
  const rest =
    open === 0
      ? []
      : [
          `${plural(open, 'run')} ${open === 1 ? 'has' : 'have'} not ended and ${open === 1 ? 'stays' : 'stay'}: cancel first.`,
        ]
  return [
    'Agents, transcripts and results are deleted permanently.',
    `Their cost, ${spent}, stays in the totals.`,
    ...rest,
  ].join(' ')
}
