'use client'

import { useId, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Field, Input } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import type { McpServerShown, McpTested } from '@/lib/api/mcp'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { useApproveMcpServer, useDeleteMcpServer, useTestMcpServer } from '@/lib/client/queries/mcp-queries'
import { plural } from '@/lib/view/format/numbers'

type Props = {
  server: McpServerShown
  workspace: string | null
  /** Whether whoever looks may delete it. */
  mayChange: boolean
}

const statusWords = { ready: 'Ready', 'needs-approval': 'Not approved', unusable: 'Cannot be used' } as const

/** One server: what it is, whether it can be called, and what can be done about it. */
export function McpServerRow({ server, workspace, mayChange }: Props) {
  const test = useTestMcpServer()
  const remove = useDeleteMcpServer()
  const { name, from, status, what, problem, tools } = server
  const error = test.error ?? remove.error
  return (
    <li className="flex flex-col gap-2 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 text-sm">
          <span className="font-medium">{name}</span>{' '}
          <span className="text-ink-3">
            {from === 'settings' ? 'settings' : 'workspace'} · {statusWords[status]}
            {tools !== null && ` · ${plural(tools, 'tool')}`}
            {server.isTrusted && ' · trusted: no sandbox'}
          </span>
        </p>
        {status !== 'needs-approval' && (
          <Button
            disabled={test.isPending}
            onClick={() =>
              test.mutate({ name, workspace }, { onSuccess: (found) => notify(testWords(name, found)) })
            }
          >
            {test.isPending ? 'Connecting…' : 'Test'}
          </Button>
        )}
        {from === 'settings' && mayChange && (
          <Confirm
            title={`Delete ${name}?`}
            verb="Delete"
            onConfirm={() => remove.mutate(name)}
            trigger={<Button variant="danger">Delete</Button>}
          >
            It is forgotten with its secrets. Runs under way keep it until they end.
          </Confirm>
        )}
      </div>
      <p className="break-all font-mono text-xs text-ink-2">{what}</p>
      {server.values.length > 0 && (
        <p className="break-all text-xs text-ink-3">
          {server.values.map(({ name: of, from: whence, shown }) => `${of}: ${shown ?? whence}`).join(' · ')}
        </p>
      )}
      {problem !== null && <p className="text-xs text-failed">{problem}</p>}
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {test.data !== undefined && <Tested found={test.data} />}
      {status === 'needs-approval' && workspace !== null && <Approve server={server} workspace={workspace} />}
    </li>
  )
}

function testWords(name: string, { tools, problem }: McpTested): string {
  return problem === null ? `${name} offers ${plural(tools.length, 'tool')}.` : `${name}: ${problem}`
}

function Tested({ found }: { found: McpTested }) {
  return (
    <div className="flex flex-col gap-1 text-xs text-ink-2">
      {found.problem !== null && <p className="text-failed">{found.problem}</p>}
      {found.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {found.tools.length > 0 && (
        <ul aria-label="Its tools" className="max-h-48 overflow-y-auto font-mono">
          {found.tools.map((tool) => (
            <li key={tool.name} title={tool.description}>
              {tool.name}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Asks for the values that it wants, and for a yes to what it runs or calls. */
function Approve({ server, workspace }: { server: McpServerShown; workspace: string }) {
  const approve = useApproveMcpServer()
  const [values, setValues] = useState<Record<string, string>>({})
  const id = useId()
  const { name, digest, wants } = server
  const isMissing = wants.some((one) => (values[one] ?? '') === '')
  return (
    <div className="flex flex-col gap-2">
      {wants.map((one) => (
        <Field key={one} id={`${id}-${one}`} label={one} hint="It is sealed and never shown again.">
          {(wired) => (
            <Input
              {...wired}
              type="password"
              autoComplete="off"
              value={values[one] ?? ''}
              onChange={(event) => setValues({ ...values, [one]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <div>
        <Confirm
          title={`Approve ${name}?`}
          verb="Approve"
          keep="Not now"
          isDanger={false}
          onConfirm={() => approve.mutate({ name, workspace, digest, values })}
          trigger={
            <Button variant="primary" disabled={isMissing || approve.isPending}>
              Approve
            </Button>
          }
        >
          {server.kind === 'stdio'
            ? 'Runs on this workspace may start this program in a sandbox and call its tools. '
            : 'Runs on this workspace may call this address. '}
          What agents pass to it leaves the conversation.
        </Confirm>
      </div>
      {approve.error !== null && (
        <ErrorNote title={problemOf(approve.error).title} detail={problemOf(approve.error).detail} />
      )}
    </div>
  )
}
