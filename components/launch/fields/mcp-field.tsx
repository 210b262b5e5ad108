'use client'

import { PageLink } from '@/components/ui/page-link'
import type { McpServerShown } from '@/lib/api/mcp'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useMcpServers } from '@/lib/client/queries/mcp-queries'
import { plural } from '@/lib/view/format/numbers'

type Props = {
  /** Names of the servers that are permitted. */
  value: readonly string[]
  onChange: (value: string[]) => void
  /** The folder of the launch; '' where there is none yet. */
  workspace: string
}

/** The MCP servers that agents of a run may call, to be ticked. Those that are not ready say why. */
export function McpField({ value, onChange, workspace }: Props) {
  const { data, error } = useMcpServers(workspace.trim() === '' ? null : workspace.trim())
  if (error !== null) return <p className="text-xs text-failed">{problemOf(error).detail}</p>
  if (data === undefined || (data.servers.length === 0 && value.length === 0)) return null
  const known = new Set(data.servers.map(({ name }) => name))
  const gone = value.filter((name) => !known.has(name))
  const tick = (name: string, isOn: boolean) =>
    onChange(isOn ? [...value, name] : value.filter((one) => one !== name))
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-xs font-medium text-ink-2">MCP servers agents may call</legend>
      {data.servers.map((server) => {
        const isOn = value.includes(server.name)
        return (
          <label key={server.name} className="flex items-baseline gap-2 text-sm">
            <input
              type="checkbox"
              checked={isOn}
              disabled={server.status !== 'ready' && !isOn}
              onChange={(event) => tick(server.name, event.target.checked)}
            />
            <span>
              {server.name} <span className="text-xs text-ink-3">{words(server)}</span>
            </span>
          </label>
        )
      })}
      {gone.map((name) => (
        <label key={name} className="flex items-baseline gap-2 text-sm">
          <input type="checkbox" checked onChange={() => tick(name, false)} />
          <span>
            {name} <span className="text-xs text-failed">there is none of that name here</span>
          </span>
        </label>
      ))}
      <p className="text-xs text-ink-3">
        Their tools may act in the world.{' '}
        <PageLink href={pages.settings}>Add, approve or test servers</PageLink>
      </p>
    </fieldset>
  )
}

function words({ from, status, problem, tools }: McpServerShown): string {
  if (status === 'needs-approval') return 'of the workspace, not approved yet'
  if (status === 'unusable') return problem ?? 'cannot be used'
  return [
    from === 'workspace' ? 'of the workspace' : 'of the settings',
    tools === null ? null : plural(tools, 'tool'),
  ]
    .filter(Boolean)
    .join(', ')
}
