'use client'

import { useId, useState } from 'react'
import { Field, Input } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import { problemOf } from '@/lib/client/http/api'
import { useMayLend } from '@/lib/client/queries/first/access'
import { useMcpServers } from '@/lib/client/queries/mcp-queries'
import { AddMcpServer } from './add-mcp-server'
import { McpServerRow } from './mcp-server-row'

/** Servers whose tools agents may call, where a launch permits them: those of the settings and of a workspace. */
export function McpServersPanel() {
  const [workspace, setWorkspace] = useState('')
  const [shown, setShown] = useState<string | null>(null)
  const { data, error } = useMcpServers(shown)
  const id = useId()
  const mayChange = useMayLend()
  return (
    <section aria-labelledby={`${id}-title`} className="panel flex flex-col gap-3 p-4">
      <div>
        <h2 id={`${id}-title`} className="text-sm font-semibold">
          MCP servers
        </h2>
        <p className="max-w-3xl text-xs text-ink-3">
          Agents call their tools in runs whose launch permits them. Servers of a workspace (
          <code>.mcp.json</code>) are approved once, and again when their definition changes; their programs
          run in a sandbox that reads the workspace and has no network but the hosts of the run. Secrets are
          sealed and never shown again.
        </p>
      </div>
      <form
        className="flex max-w-xl items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          setShown(workspace.trim() === '' ? null : workspace.trim())
        }}
      >
        <Field id={`${id}-workspace`} label="Show those of a workspace too" className="flex-1">
          {(wired) => (
            <Input
              {...wired}
              className="font-mono text-xs"
              placeholder="/path/to/a/folder, then Enter"
              value={workspace}
              onChange={(event) => setWorkspace(event.target.value)}
            />
          )}
        </Field>
      </form>
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {data === undefined && error === null && <Loading label="Loading…" />}
      {data !== undefined && (
        <>
          {data.servers.length === 0 && <p className="text-sm text-ink-2">No MCP servers yet.</p>}
          <ul className="flex flex-col divide-y">
            {data.servers.map((server) => (
              <McpServerRow
                key={`${server.from} ${server.name}`}
                server={server}
                workspace={shown}
                mayChange={mayChange}
              />
            ))}
          </ul>
          {data.problems.map((problem) => (
            <p key={problem} className="text-xs text-ink-3">
              {problem}
            </p>
          ))}
        </>
      )}
      {mayChange && <AddMcpServer />}
    </section>
  )
}
