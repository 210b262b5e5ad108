import { AGENT_ID } from './system-view'

/**
 * As whom processes run, seen from outside: as the server's own user, or as another that owns nothing on this
 * machine. Inside it is the agent either way, without a capability that reaches beyond its own files.
 */
export type Identity = 'own' | 'another'

/** File descriptor on which bubblewrap tells the id of the first process inside. */
export const INFO_DESCRIPTOR = 3
/** File descriptor on which it waits until its users are mapped. */
export const MAP_DESCRIPTOR = 4
/** All that it is given: where it is told what to do, prints and complains, and the two above. */
export const bubblewrapDescriptors = ['in', 'out', 'out', 'out', 'in'] as const

/** Beyond what systems give out to people, services and containers by default. */
const OTHER_ID = 2_147_000_000

/**
 * What the other user needs to work on files that the server made: to pass over their permissions, among the
 * files that are shown and in its own user namespace only.
 */
const fileCapabilities = ['dac_override', 'fowner']
const changing = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER']

/** Arguments of bubblewrap; no further user namespaces can be made inside. */
export function identityArguments(identity: Identity): string[] {
  const usual = ['--unshare-all', '--unshare-user', '--cap-drop', 'ALL', '--info-fd', String(INFO_DESCRIPTOR)]
  if (identity === 'own') return [...usual, '--disable-userns', '--uid', AGENT_ID, '--gid', AGENT_ID]
  const added = changing.flatMap((name) => ['--cap-add', name])
  return [...usual, ...added, '--userns-block-fd', String(MAP_DESCRIPTOR)]
}

/** The map of users and groups, for /proc/PID/uid_map and gid_map; null where bubblewrap writes its own. */
export function userMap(identity: Identity): string | null {
  return identity === 'own' ? null : `0 0 1\n${AGENT_ID} ${OTHER_ID} 1\n`
}

/** What becomes the agent inside before it becomes the program. */
export function identityProgram(identity: Identity): string[] {
  if (identity === 'own') return []
  const kept = `-all,${fileCapabilities.map((name) => `+${name}`).join(',')}`
  return [
    ...['/usr/bin/setpriv', '--reuid', AGENT_ID, '--regid', AGENT_ID, '--clear-groups'],
    // Else programs that ask whether they may write are told no, and do not try.
    ...['--securebits', '+no_setuid_fixup'],
    ...['--inh-caps', kept, '--ambient-caps', kept, '--bounding-set', kept],
  ]
}
