'use client'

import { useId, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Field, Input, Select, TextArea } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { useAddMcpServer } from '@/lib/client/queries/mcp-queries'
import { emptyMcpForm, type McpForm, mcpEditOf } from '@/lib/view/launch/mcp-form'

/** A form for one more server. Secrets go in, and never come out. */
export function AddMcpServer() {
  const [form, setForm] = useState<McpForm>(emptyMcpForm)
  const add = useAddMcpServer()
  const id = useId()
  const set = (field: keyof McpForm) => (event: { target: { value: string } }) =>
    setForm({ ...form, [field]: event.target.value })
  const isProgram = form.kind === 'stdio'
  const problem = add.error === null ? null : problemOf(add.error)
  return (
    <form
      aria-label="Add an MCP server"
      className="flex flex-col gap-3 border-t pt-3"
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate(mcpEditOf(form), {
          onSuccess: () => {
            setForm(emptyMcpForm)
            notify('MCP server added.')
          },
        })
      }}
    >
      <div className="grid gap-3 sm:grid-cols-[1fr_10rem_2fr]">
        <Field id={`${id}-name`} label="Name">
          {(wired) => <Input {...wired} autoComplete="off" value={form.name} onChange={set('name')} />}
        </Field>
        <Field id={`${id}-kind`} label="Kind">
          {(wired) => (
            <Select
              {...wired}
              value={form.kind}
              onChange={(event) =>
                setForm({ ...form, kind: event.target.value === 'http' ? 'http' : 'stdio' })
              }
            >
              <option value="stdio">Program</option>
              <option value="http">Address</option>
            </Select>
          )}
        </Field>
        <Field id={`${id}-what`} label={isProgram ? 'Command' : 'Address'}>
          {(wired) => (
            <Input
              {...wired}
              className="font-mono text-xs"
              placeholder={isProgram ? 'npx' : 'https://…/mcp'}
              value={form.what}
              onChange={set('what')}
            />
          )}
        </Field>
      </div>
      {isProgram && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field id={`${id}-args`} label="Arguments, one a line">
            {(wired) => <TextArea {...wired} rows={3} value={form.args} onChange={set('args')} />}
          </Field>
          <Field
            id={`${id}-hosts`}
            label="Hosts that it may reach, one a line"
            hint="None: no network. Programs that install themselves need their registry."
          >
            {(wired) => <TextArea {...wired} rows={3} value={form.hosts} onChange={set('hosts')} />}
          </Field>
        </div>
      )}
      <div className="grid gap-3 sm:grid-cols-[1fr_1fr_1fr]">
        <Field
          id={`${id}-value-name`}
          label={isProgram ? 'Variable' : 'Header'}
          hint="One here; more by the API."
        >
          {(wired) => (
            <Input {...wired} autoComplete="off" value={form.valueName} onChange={set('valueName')} />
          )}
        </Field>
        <Field
          id={`${id}-variable`}
          label="Its value is in the environment as"
          hint="A variable that begins with SKEIN_MCP_."
        >
          {(wired) => <Input {...wired} value={form.variable} onChange={set('variable')} />}
        </Field>
        <Field id={`${id}-secret`} label="Or is this" hint="It is sealed and never shown again.">
          {(wired) => (
            <Input
              {...wired}
              type="password"
              autoComplete="off"
              value={form.secret}
              onChange={set('secret')}
            />
          )}
        </Field>
      </div>
      {isProgram && (
        <label className="flex items-center gap-2 text-xs text-ink-2">
          <input
            type="checkbox"
            checked={form.isTrusted}
            onChange={(event) => setForm({ ...form, isTrusted: event.target.checked })}
          />
          Trusted: it runs outside of the sandbox, with everything this server may do
        </label>
      )}
      <div>
        <Button
          type="submit"
          variant="primary"
          disabled={form.name.trim() === '' || form.what.trim() === '' || add.isPending}
        >
          Add
        </Button>
      </div>
      {problem !== null && <ErrorNote title={problem.title} detail={problem.detail} />}
    </form>
  )
}
